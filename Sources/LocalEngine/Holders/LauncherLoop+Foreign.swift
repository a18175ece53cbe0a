import CLinux
import EngineInterface
import FleetModel
import Glibc

/// Processes that have a device's node open and are not of the work that the engine runs.
extension LauncherLoop {
    /// Ends such a process, or asks it to end. Its descriptor is opened before anything is confirmed: a number that is used
    /// again meanwhile is not hit. Carrel's own helpers and allowed programs are not found as holders.
    func endHolder(_ pid: Int32, of device: Device, force: Bool, replyTo id: UInt64) {
        func answer(_ end: HolderEnd) { reply(id, .holderEnd(end)) }
        guard pid > 1, pid != getpid(), !DeviceNodes.sharesNode(device) else {
            return answer(.spared(reason: pid > 1 ? "the node doesn't tell who uses the device" : "it is the machine's own"))
        }
        let opened = linux_pidfd_open(pid)
        guard opened >= 0 else {
            return errno == ESRCH ? answer(.gone) : reply(id, .failed("process \(pid) can't be addressed: errno \(errno)"))
        }
        let process = Descriptor(opened)
        lookForHolders(of: [device]) { [weak self] found in
            guard let self else { return }
            switch found {
            case .notKnown(let reason): reply(id, .failed(reason))
            case .picture(let picture):
                guard let facts = picture.holders(of: device.key).first(where: { $0.pid == pid }), !facts.isGone else {
                    return answer(.gone)
                }
                if let attempt = attempt(of: pid, works) {
                    return answer(.spared(reason: "it belongs to lease \(attempt.lease)"))
                }
                let result = linux_pidfd_signal(process.number, force ? SIGKILL : SIGTERM)
                if result == 0 { return answer(.signalled) }
                answer(errno == ESRCH ? .gone : .spared(reason: "the system does not allow it (errno \(errno))"))
            }
        }
    }

    /// What tells the processes of each attempt that is not over: its control groups, and the namespace of its processes.
    var works: [(key: AttemptKey, members: Set<Int32>, namespace: String?)] {
        attempts.values.filter { !$0.isOver }.map { attempt in
            var namespace: String?
            if case .watched(_, let pid) = attempt.stage { namespace = Files.linkTarget("/proc/\(pid)/ns/pid") }
            return (attempt.key, Set(ControlGroups.members(of: attempt.groups)), namespace)
        }
    }

    /// nil: it is no attempt's.
    func attempt(
        of pid: Int32, _ works: [(key: AttemptKey, members: Set<Int32>, namespace: String?)]
    ) -> AttemptKey? {
        if let work = works.first(where: { $0.members.contains(pid) }) { return work.key }
        guard let namespace = Files.linkTarget("/proc/\(pid)/ns/pid"), namespace != Files.linkTarget("/proc/self/ns/pid")
        else { return nil }
        return works.first { $0.namespace == namespace }?.key
    }
}
