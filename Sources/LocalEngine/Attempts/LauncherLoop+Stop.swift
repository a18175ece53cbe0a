import CLinux
import FleetModel
import Glibc

extension LauncherLoop {
    /// Asks the work to end, or ends it with everything that it started.
    func stop(_ attempt: LiveAttempt, force: Bool) {
        switch attempt.stage {
        case .parked:
            // Nothing has begun, and without the byte that starts it nothing will.
            attempt.stage = .leaving(since: now)
        case .watched(let pidfd, _):
            _ = linux_pidfd_signal(pidfd.number, force ? SIGKILL : SIGTERM)
            if force { ControlGroups.killAll(in: attempt.groups) }
        case .leaving:
            if force { ControlGroups.killAll(in: attempt.groups) }
            guard !attempt.folder.isLockFree() else { break }
            stopUnwatched(attempt, force: force)
        case .over: break
        }
    }

    /// Something holds its lock, and it is not known which process is its pid 1, or that one can't be watched now. A
    /// process is only ever signalled through a descriptor, and only when what it holds was seen after that was opened:
    /// its number may have been given to another one.
    private func stopUnwatched(_ attempt: LiveAttempt, force: Bool) {
        if watch(attempt) { return stop(attempt, force: force) }
        // pid 1 signals the work itself when it is asked to; when the work has ended, so does the namespace.
        signalWork(of: attempt, force ? SIGKILL : SIGTERM)
        if force { endHolders(of: attempt) }
    }

    /// Finds pid 1 of an attempt by what was written down of it.
    func watch(_ attempt: LiveAttempt) -> Bool {
        guard let identity = try? attempt.folder.readIdentity(), identity.bootID == bootID else { return false }
        let pidfd = linux_pidfd_open(identity.pid)
        guard pidfd >= 0 else { return false }
        let watched = Descriptor(pidfd)
        // The number may have been given to another process since; after opening, it can't change any more.
        guard ProcessFacts.startTime(of: identity.pid) == identity.startTime, !linux_pidfd_ended(pidfd) else { return false }
        attempt.stage = .watched(pidfd: watched, pid: identity.pid)
        return true
    }

    /// Through the socket that pid 1 listens on.
    private func signalWork(of attempt: LiveAttempt, _ number: Int32) {
        guard let folder = try? Descriptor.open(attempt.folder.path, O_RDONLY | O_DIRECTORY) else { return }
        let socket = linux_connect_in(folder.number, AttemptFolder.File.attach.rawValue)
        guard socket >= 0 else { return }
        let connection = Descriptor(socket), frame = AttachClient.frame(.signal, value: UInt64(number))
        // What was sent is read though this end is closed by then.
        _ = linux_send(connection.number, frame, frame.count, nil, 0, false)
    }

    /// Ends the processes that are in its control groups or hold its lock, one by one.
    func endHolders(of attempt: LiveAttempt) {
        for pid in ControlGroups.members(of: attempt.groups) {
            end(pid) { ControlGroups.members(of: attempt.groups).contains(pid) }
        }
        let lock = attempt.folder.file(.lock), number = SandboxDescriptor.lock.text
        for pid in ProcessFacts.all() {
            end(pid) { Files.linkTarget("/proc/\(pid)/fd/\(number)") == lock }
        }
    }

    private func end(_ pid: Int32, if isIt: () -> Bool) {
        // Looked at before as well, since most are not, and a descriptor costs more than a look.
        guard isIt() else { return }
        let pidfd = linux_pidfd_open(pid)
        guard pidfd >= 0 else { return }
        let process = Descriptor(pidfd)
        if isIt() { _ = linux_pidfd_signal(process.number, SIGKILL) }
    }
}
