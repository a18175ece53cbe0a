import CLinux
import EngineInterface
import FleetModel
import Glibc

extension LauncherLoop {
    func verify(_ key: AttemptKey, _ devices: [Device], replyTo id: UInt64) {
        let gone = CleanCheck(.processesGone, processesLeft(of: key))
        // Without a device there is nothing else that could be left behind.
        guard !devices.isEmpty else { return reply(id, .checks([gone])) }
        lookForHolders(of: devices) { [weak self] answer in
            let checks = devices.map { CleanCheck(.nodeReleased, Self.result(for: $0, answer), on: $0.key) }
            self?.reply(id, .checks([gone] + checks))
        }
    }

    private static func result(for device: Device, _ answer: HolderAnswer) -> CleanCheck.Result {
        guard !device.isSimulated else { return .notChecked(reason: "a simulated device has none") }
        switch answer {
        // It may be held. That it is not known is no reason to lend it.
        case .notKnown(let reason): return .failed(detail: "it can't be told who holds it: \(reason)")
        case .picture(let picture):
            if let words = picture.found.nodes.missing[device.key] { return .notChecked(reason: words) }
            return picture.check(device.key, sharesNode: DeviceNodes.sharesNode(device))
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
