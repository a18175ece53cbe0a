import Foundation
import Glibc
import Synchronization

/// Keys that were pressed and not sent yet. They are read by a thread of their own, so that whoever leaves can leave while nothing
/// can be sent.
final class Keyboard: Sendable {
    private struct State {
        var waiting: [UInt8] = []
        var keys = LeaveKeys()
    }
    private let state = Mutex(State())
    private let bell: AsyncStream<Void>.Continuation
    /// Rings when there is something to send. One consumer.
    let rings: AsyncStream<Void>

    /// What is pasted without end waits in the terminal.
    private static let most = 1 << 20
    private static let piece = 32 << 10

    init() { (rings, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    /// - Parameter leaves: told once: the user leaves, or the terminal is gone (`isGone`).
    func start(_ leaves: @escaping @Sendable (_ isGone: Bool) -> Void) {
        Thread.detachNewThread { [self] in
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while true {
                while state.withLock({ $0.waiting.count > Self.most }) { usleep(20_000) }
                var polled = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
                guard poll(&polled, 1, -1) > 0 else { continue }
                let count = read(0, &buffer, buffer.count)
                if count < 0, errno == EINTR || errno == EAGAIN { continue }
                guard count > 0 else { return leaves(true) }
                let (typed, isOver) = state.withLock { $0.keys.take(buffer[..<count]) }
                add(typed)
                if isOver { return leaves(false) }
            }
        }
    }

    private func add(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        state.withLock { $0.waiting += bytes }
        bell.yield()
    }

    /// The next to be sent; empty: nothing waits. They wait until `sent` says that they have gone.
    var next: [UInt8] { state.withLock { Array($0.waiting.prefix(Self.piece)) } }

    func sent(_ count: Int) {
        let isMore = state.withLock { state in
            state.waiting.removeFirst(count)
            return !state.waiting.isEmpty
        }
        if isMore { bell.yield() }
    }
}
