import ChildProcess
import FleetModel
import Glibc
import Synchronization

/// A running watch process, as its parent sees it.
final class WatchChild: Sendable {
    /// How long orders may take to be taken. The process has a thread that does nothing else.
    private static let takingTime = Duration.seconds(1)

    let id: Int
    let channel: WatchChannel
    let began = SuspendingClock.now
    /// nil: closed.
    private let socket: Mutex<Int32?>

    /// - Parameter tell: called from a thread of the child's own with each report, and with nil when no more come.
    init(id: Int, channel: WatchChannel, tell: @escaping @Sendable (WatchReport?) -> Void) {
        self.id = id
        self.channel = channel
        socket = Mutex(channel.socket)
        _ = fcntl(channel.socket, F_SETFL, O_NONBLOCK)
        let isStarted = OwnThread.start { [self] in
            readReports(channel.socket, tell)
            let file = socket.withLock { file in
                defer { file = nil }
                return file
            }
            if let file { Glibc.close(file) }
            tell(nil)
        }
        if !isStarted { tell(nil) }
    }

    /// False: it doesn't take orders any more.
    func send(_ order: WatchOrder) -> Bool {
        guard let line = JSONLines.line(order) else { return false }
        return socket.withLock { socket in
            guard let socket else { return false }
            let deadline = ContinuousClock.now + Self.takingTime
            var rest = line[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                if count > 0 { rest = rest.dropFirst(count) }
                if count > 0 || errno == EINTR { continue }
                guard errno == EAGAIN, ContinuousClock.now < deadline else { return false }
                var waiting = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
                poll(&waiting, 1, 100)
            }
            return true
        }
    }

    /// Its input ends, so that it ends by itself, and no more is heard of it.
    func hangUp() { _ = socket.withLock { $0.map { shutdown($0, Int32(SHUT_RDWR)) } } }

    private func readReports(_ file: Int32, _ tell: (WatchReport?) -> Void) {
        var cutter = LineCutter()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            var waiting = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
            poll(&waiting, 1, -1)
            let count = read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0, let lines = cutter.lines(buffer[..<count]) else { return }
            for line in lines {
                guard let report = JSONLines.value(WatchReport.self, of: line) else { return }
                tell(report)
            }
        }
    }
}
