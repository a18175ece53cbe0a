package import Glibc

/// A child process that was started: how to talk with it, how it stands, and how to end it.
package struct RunningChild: Sendable {
    package let pid: pid_t
    /// A Unix stream socket whose other end is the child's standard output, and its standard input where it takes some.
    /// Whoever was given the child closes it.
    package let socket: Int32
    /// How it stands; asked until it has ended, so that the kernel can forget it. Doesn't block.
    package let standing: @Sendable () -> ChildStanding
    /// Ends it by force, with what it started. May be called when it is gone. Doesn't block.
    package let kill: @Sendable () -> Void

    package init(
        pid: pid_t, socket: Int32, standing: @escaping @Sendable () -> ChildStanding, kill: @escaping @Sendable () -> Void
    ) {
        self.pid = pid
        self.socket = socket
        self.standing = standing
        self.kill = kill
    }

    package var hasEnded: Bool { standing() != .alive }
}
