import Glibc
import Synchronization

/// The program that takes notices while it runs, so that it ends with the server.
final class NoticeRuns: Sendable {
    private struct State {
        /// Leader of a process group, and not collected: the number is its own.
        var child: pid_t?
        var isOver = false
    }

    private let state = Mutex(State())

    /// The server ends: nothing is told any more.
    var isOver: Bool { state.withLock(\.isOver) }

    /// Starts a child by `body`, which gives its pid, unless the server ends. nil: it does.
    func start(_ body: () -> Result<pid_t, NoticeProgram.SpawnFailure>) -> Result<pid_t, NoticeProgram.SpawnFailure>? {
        state.withLock { state in
            guard !state.isOver else { return nil }
            let result = body()
            if case .success(let child) = result { state.child = child }
            return result
        }
    }

    /// Whether the child has ended, which collects it, and how.
    func collect(_ child: pid_t) -> (answer: pid_t, status: Int32) {
        state.withLock { state in
            var status: Int32 = 0
            let answer = waitpid(child, &status, WNOHANG)
            if answer == child { state.child = nil }
            return (answer, status)
        }
    }

    /// To the child that runs and what it started.
    func signal(_ number: Int32) {
        state.withLock { state in
            if let child = state.child { kill(-child, number) }
        }
    }

    /// Ends what runs: asked first, by force when half of that time is over. Blocks, at most that long.
    func end(within patience: Duration) {
        let start = ContinuousClock.now
        state.withLock { $0.isOver = true }
        signal(SIGTERM)
        var isForced = false
        while state.withLock({ $0.child != nil }), ContinuousClock.now - start < patience {
            if !isForced, ContinuousClock.now - start > patience / 2 {
                isForced = true
                signal(SIGKILL)
            }
            usleep(10_000)
        }
    }
}
