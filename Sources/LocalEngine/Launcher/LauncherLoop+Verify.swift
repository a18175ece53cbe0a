import CLinux
import EngineInterface
import FleetModel
import Glibc

extension LauncherLoop {
    func verify(_ key: AttemptKey, _ devices: [Device], replyTo id: UInt64) {
        let gone = CleanCheck(.processesGone, processesLeft(of: key))
        // Without a device there is nothing else that could be left behind.
        guard !devices.isEmpty else { return reply(id, .checks([gone])) }
        let nodes = nodes(of: devices)
        lookForHolders(of: nodes) { [weak self] answer in
            guard let self else { return }
            let checks = devices.map { device in
                CleanCheck(.nodeReleased, result(for: device, nodes, answer), on: device.key)
            }
            reply(id, .checks([gone] + checks))
        }
    }

    private func result(
        for device: Device, _ nodes: [DeviceKey: dev_t], _ answer: HolderAnswer
    ) -> CleanCheck.Result {
        guard !device.isSimulated else { return .notChecked(reason: "a simulated device has none") }
        guard nodes[device.key] != nil else {
            return switch DeviceNodes.place(of: device, configuration) {
            case .path(let path): .notChecked(reason: "there is no \(path)")
            case .elsewhere(let words): .notChecked(reason: words)
            }
        }
        switch answer {
        case .notKnown(let reason): return .notChecked(reason: reason)
        case .picture(let picture): return picture.check(device.key, sharesNode: DeviceNodes.sharesNode(device))
        }
    }

    private func processesLeft(of key: AttemptKey) -> CleanCheck.Result {
        guard let attempt = attempts[key] else {
            let folder = AttemptFolder(path: path(of: key))
            return folder.isLockFree() ? .passed : .failed(detail: "something still holds the lock in \(folder.path)")
        }
        let members = ControlGroups.members(of: attempt.groups)
        if attempt.isOver && members.isEmpty { return .passed }
        var left = members
        if case .watched(_, let pid) = attempt.stage, !left.contains(pid) { left.append(pid) }
        if left.isEmpty { return .failed(detail: "the sandbox has not ended") }
        return .failed(detail: "still there: process " + left.sorted().map { "\($0)" }.joined(separator: ", "))
    }
}
