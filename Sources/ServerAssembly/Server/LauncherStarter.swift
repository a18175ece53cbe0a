import ChildProcess
@preconcurrency import Dispatch
import EngineInterface
import Glibc
import LocalEngine
import Synchronization

/// Starts what looks at devices through the launcher: under root the devices' nodes are closed to the server.
extension ChildStarter {
    /// The launcher ends it at its deadline too, should this process not come to it.
    private static let grace = Duration.seconds(10)

    static func launcher(_ engine: LocalEngine, _ kind: HelperKind) -> ChildStarter {
        ChildStarter(executable: "the launcher's “\(kind.rawValue)”") { order throws(ChildStartFailure) in
            let answer = wait { () async throws(EngineError) in
                try await engine.startHelper(kind, words: order.words, deadline: order.deadline.map { $0 + grace })
            }
            let helper: StartedHelper
            switch answer {
            case .success(let started): helper = started
            case .failure(let error):
                complain("the launcher did not start its “\(kind.rawValue)”: \(error.words)")
                throw ChildStartFailure(executable: "the launcher's “\(kind.rawValue)”", errno: EAGAIN)
            }
            return RunningChild(
                pid: helper.pid, socket: helper.socket,
                standing: { helper.waitStatus().map(ChildStanding.init(waitStatus:)) ?? .alive }, kill: helper.end)
        }
    }

    /// On a thread that nobody shares, as starters are called.
    private static func wait(
        for work: @escaping @Sendable () async throws(EngineError) -> StartedHelper
    ) -> Result<StartedHelper, EngineError> {
        let answer = Answer(), isThere = DispatchSemaphore(value: 0)
        Task {
            let result: Result<StartedHelper, EngineError>
            do throws(EngineError) { result = .success(try await work()) } catch { result = .failure(error) }
            answer.result.withLock { $0 = result }
            isThere.signal()
        }
        isThere.wait()
        return answer.result.withLock { $0 } ?? .failure(.unreachable(detail: "the launcher gave no answer"))
    }
}

private final class Answer: Sendable {
    let result = Mutex<Result<StartedHelper, EngineError>?>(nil)
}

extension EngineError {
    fileprivate var words: String {
        switch self {
        case .unreachable(let detail), .storageFull(let detail), .failed(let detail): detail
        case .alreadyOver, .outputExpired, .noTerminal, .noConnection: "the launcher's answer does not fit the question"
        }
    }
}
