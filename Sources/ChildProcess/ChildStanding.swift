package import Glibc

/// How a child process stands.
package enum ChildStanding: Hashable, Sendable {
    case alive
    case exited(code: Int32)
    case signalled(number: Int32)
    /// Somebody else took its end.
    case unknown

    /// Asks the kernel, which then forgets a child that has ended.
    @Sendable package static func of(_ pid: pid_t) -> ChildStanding {
        var status: Int32 = 0
        let answer = waitpid(pid, &status, WNOHANG)
        if answer == 0 || answer < 0 && errno == EINTR { return .alive }
        return answer == pid ? ChildStanding(waitStatus: status) : .unknown
    }

    /// - Parameter waitStatus: as `waitpid` gives it.
    package init(waitStatus: Int32) {
        let signal = waitStatus & 0x7f
        self = signal == 0 ? .exited(code: waitStatus >> 8 & 0xff) : .signalled(number: signal)
    }
}
