package import ChildProcess
import FoundationEssentials
import Glibc

/// A watch process that was started: how to talk with it, and how to end it.
package struct WatchChannel: Sendable {
    /// On the host; nil: not known.
    package let pid: Int32?
    /// A Unix stream socket whose other end is the process's standard input and standard output. `DeviceWatch` closes it.
    let socket: Int32
    /// Ends the process by force. May be called when it is gone.
    let kill: @Sendable () -> Void
    /// Whether it is gone; asked until it is, so that the kernel can forget it.
    package let hasEnded: @Sendable () -> Bool

    package init(
        pid: Int32?, socket: Int32, kill: @escaping @Sendable () -> Void, hasEnded: @escaping @Sendable () -> Bool
    ) {
        self.pid = pid
        self.socket = socket
        self.kill = kill
        self.hasEnded = hasEnded
    }

    /// Ends the process without ever having talked with it, and waits for its end on a thread of its own.
    func discard() {
        close(socket)
        endSoon()
    }

    /// Kills the process and waits for its end on a thread of its own, so that the kernel can forget it.
    func endSoon() {
        kill()
        _ = OwnThread.start {
            let deadline = ContinuousClock.now + .seconds(60)
            while !hasEnded(), ContinuousClock.now < deadline { usleep(10_000) }
        }
    }

    /// The same process; whether it is gone is asked elsewhere.
    package func replacingEnd(_ hasEnded: @escaping @Sendable () -> Bool) -> WatchChannel {
        WatchChannel(pid: pid, socket: socket, kill: kill, hasEnded: hasEnded)
    }

    /// Starts a program that does what `DeviceWatchChild.run` does.
    package static func starting(with starter: ChildStarter) throws(ReaderFailure) -> WatchChannel {
        do throws(ChildStartFailure) {
            let child = try starter.start(ChildOrder(takesInput: true))
            return WatchChannel(
                pid: child.pid, socket: child.socket, kill: child.kill, hasEnded: { child.hasEnded })
        } catch {
            throw .notStarted(executable: error.executable, errno: error.errno)
        }
    }

    /// Starts it as this process's own child, with the arguments that make it so.
    /// - Parameter environment: nil: this process's own. `CARREL_NVML_LIBRARY` in it names the NVIDIA library.
    package static func spawning(
        executable: String, arguments: [String], environment: [String: String]? = nil
    ) throws(ReaderFailure) -> WatchChannel {
        try starting(
            with: .spawning(
                executable: executable, arguments: arguments,
                environment: environment ?? ProcessInfo.processInfo.environment))
    }
}
