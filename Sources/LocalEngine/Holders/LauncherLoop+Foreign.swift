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
                if let reason = reasonToSpare(facts, on: device) { return answer(.spared(reason: reason)) }
                let result = linux_pidfd_signal(process.number, force ? SIGKILL : SIGTERM)
                if result == 0 { return answer(.signalled) }
                answer(errno == ESRCH ? .gone : .spared(reason: "the system does not allow it (errno \(errno))"))
            }
        }
    }

    /// Whom nobody may have ended: root's and the system's programs, to whom others can pass a device's node on; and work of a
    /// lease on this device, or what can't be told from it. nil: it may be.
    private func reasonToSpare(_ facts: HolderFacts, on device: Device) -> String? {
        guard let uid = facts.uid, uid >= Self.firstLogin else { return "it is the system's own" }
        let here = works.filter { attempts[$0.key]?.devices?.contains(device.key) ?? true }
        if let attempt = attempt(of: facts.pid, here) { return "it belongs to lease \(attempt.lease)" }
        if let unclear = here.first(where: { $0.namespace == nil && $0.members.isEmpty }) {
            return "it can't be told from the work of lease \(unclear.key.lease)"
        }
        return nil
    }

    /// Accounts below are the system's (`UID_MIN` of login.defs, as distributions set it).
    private static let firstLogin: UInt32 = 1_000

    /// What tells the processes of each attempt that is not over: its control groups, and the namespace of its processes.
    var works: [AttemptTraces] {
        attempts.values.filter { !$0.isOver }.map { attempt in
            var traces = AttemptTraces(key: attempt.key, members: Set(ControlGroups.members(of: attempt.groups)))
            if case .watched(_, let pid) = attempt.stage {
                traces.first = pid
                traces.namespace = Files.linkTarget("/proc/\(pid)/ns/pid")
            }
            return traces
        }
    }

    /// nil: it is no attempt's.
    func attempt(
        of pid: Int32, _ works: [AttemptTraces]
    ) -> AttemptKey? {
        if let work = works.first(where: { $0.members.contains(pid) }) { return work.key }
        guard let namespace = Files.linkTarget("/proc/\(pid)/ns/pid"), namespace != Files.linkTarget("/proc/self/ns/pid")
        else { return nil }
        if let work = works.first(where: { $0.namespace == namespace }) { return work.key }
        // In a namespace of its own inside the sandbox: its forebears lead to the work's first process.
        var forebear = pid
        for _ in 0..<64 {
            guard let parent = ProcessFacts.parent(of: forebear), parent > 1 else { return nil }
            if let work = works.first(where: { $0.first == parent }) { return work.key }
            forebear = parent
        }
        return nil
    }
}

/// What an attempt's processes are known by.
struct AttemptTraces {
    let key: AttemptKey
    /// Of its control groups.
    let members: Set<Int32>
    /// The first process of its sandbox, on the host, and its namespace of processes; nil: not known.
    var first: Int32?
    var namespace: String?
}
