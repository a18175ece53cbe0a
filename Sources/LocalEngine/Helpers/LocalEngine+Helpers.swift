import CLinux
package import EngineInterface
import Glibc
import Synchronization

/// A process that the launcher has started for the server.
package struct StartedHelper: Sendable {
    /// On the host.
    package let pid: Int32
    /// A stream socket to its standard output, and its standard input where it takes some. Whoever asked for the helper
    /// closes it.
    package let socket: Int32
    /// How it ended, as `waitpid` gives it; nil: it has not been told of. Doesn't block.
    package let waitStatus: @Sendable () -> Int32?
    /// Has the launcher end it by force. Doesn't block; asking again is asking once.
    package let end: @Sendable () -> Void
}

extension LocalEngine {
    /// Has the launcher start a process that looks at devices. It ends at its deadline, with the server, with the launcher,
    /// and when the other end of its socket is closed.
    ///
    /// - Parameter words: what follows the arguments of its kind; the launcher refuses those that it doesn't know.
    /// - Parameter deadline: until the launcher ends it; nil: as long as its kind may live.
    package func startHelper(
        _ kind: HelperKind, words: [String] = [], deadline: Duration? = nil
    ) async throws(EngineError) -> StartedHelper {
        let (number, ended) = helpers.open()
        let life = deadline.map { $0.components.seconds * 1_000 + $0.components.attoseconds / 1_000_000_000_000_000 }
        do {
            let reply = try await ask(.startHelper(HelperOrder(number: number, kind: kind, words: words, life: life)))
            guard case .helper(let pid) = reply.answer else { throw EngineError.nonsense }
            // Another descriptor of the same socket, since this one is closed with the reply.
            let socket = reply.descriptors.first.map { fcntl($0.number, F_DUPFD_CLOEXEC, 0) } ?? -1
            guard socket >= 0 else { throw EngineError.noDescriptor }
            return StartedHelper(
                pid: pid, socket: socket, waitStatus: { ended.waitStatus },
                end: { [weak self] in
                    guard ended.waitStatus == nil else { return }
                    Task { [weak self] in _ = try? await self?.ask(.endHelper(number)) }
                })
        } catch {
            helpers.forget(number)
            throw error as? EngineError ?? .failed(detail: "\(error)")
        }
    }
}

/// How a helper ended, once the launcher has told of it.
final class HelperEnd: Sendable {
    private let status = Mutex<Int32?>(nil)
    var waitStatus: Int32? { status.withLock { $0 } }
    func tell(_ waitStatus: Int32) { status.withLock { $0 = $0 ?? waitStatus } }
}

/// The helpers of this server that have not ended.
final class HelperTable: Sendable {
    private struct State {
        var last: UInt64 = 0
        var ends: [UInt64: HelperEnd] = [:]
    }

    private let state = Mutex(State())

    func open() -> (number: UInt64, end: HelperEnd) {
        state.withLock { state in
            state.last += 1
            let end = HelperEnd()
            state.ends[state.last] = end
            return (state.last, end)
        }
    }

    func forget(_ number: UInt64) { state.withLock { $0.ends[number] = nil } }

    func ended(_ number: UInt64, _ waitStatus: Int32) {
        state.withLock { $0.ends.removeValue(forKey: number) }?.tell(waitStatus)
    }
}
