import ChildProcess
import Glibc
import Synchronization

/// The watch process's side: looks at devices for as long as somebody wants to know.
///
/// Three kinds of threads: this one takes orders and says twice a second that it lives; one looks at the devices, one after
/// the other, and may hang in the driver; the others wait for events. So it can always be said which GPU hangs.
package enum DeviceWatchChild {
    /// What `carrel __watch` does: takes orders on standard input and writes reports on standard output, a line of JSON
    /// each, until its input ends. `CARREL_NVML_LIBRARY` names the NVIDIA library.
    ///
    /// - Parameter root: where `/proc`, `/sys` and `/dev/kmsg` are.
    package static func run(root: String = "/") -> Never {
        signal(SIGPIPE, SIG_IGN)
        ChildDescriptors.closeInherited()
        let orders = dup(STDIN_FILENO), reports = dup(STDOUT_FILENO)
        // What a library prints must not get among the reports, nor must it take the orders.
        dup2(STDERR_FILENO, STDOUT_FILENO)
        close(STDIN_FILENO)
        _ = open("/dev/null", O_RDONLY)
        let reporter = WatchReporter(reports)
        guard let desk = WatchDesk() else { _exit(1) }
        let root = root == "/" ? "" : root
        let isStarted = OwnThread.start {
            var worker = WatchWorker(desk: desk, reporter: reporter, root: root)
            worker.run()
        }
        guard isStarted else { _exit(1) }
        takeOrders(orders, desk, reporter)
    }

    private static let heartbeat = Duration.milliseconds(500)

    private static func takeOrders(_ orders: Int32, _ desk: WatchDesk, _ reporter: WatchReporter) -> Never {
        var cutter = LineCutter()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var spoke = SuspendingClock.now - heartbeat
        while true {
            if spoke.duration(to: .now) >= heartbeat {
                spoke = .now
                reporter.tell(.alive(busy: desk.busy))
            }
            var waiting = pollfd(fd: orders, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, Int32(heartbeat.wholeMilliseconds)) > 0 else { continue }
            let count = read(orders, &buffer, buffer.count)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            // Not `exit`: a driver's library may have something to say at the end, and may never be done with it.
            guard count > 0, let lines = cutter.lines(buffer[..<count]) else { _exit(0) }
            for line in lines {
                guard let order = JSONLines.value(WatchOrder.self, of: line) else { _exit(2) }
                if order == .stop { _exit(0) }
                desk.take(order)
            }
        }
    }
}

/// Writes reports, a whole line at a time, from any thread. Where nobody reads them any more, the process ends.
final class WatchReporter: Sendable {
    private let file: Mutex<Int32>

    init(_ file: Int32) { self.file = Mutex(file) }

    func tell(_ report: WatchReport) {
        guard let line = JSONLines.line(report) else { return }
        file.withLock { if !ChildDescriptors.write(line, to: $0) { _exit(0) } }
    }
}
