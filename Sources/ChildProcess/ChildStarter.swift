package import Glibc
import Synchronization

/// Why a child could not be started.
package struct ChildStartFailure: Error, Hashable, Sendable {
    package let executable: String
    package let errno: Int32

    package init(executable: String, errno: Int32) {
        self.executable = executable
        self.errno = errno
    }
}

/// What is wanted of a child.
package struct ChildOrder: Hashable, Sendable {
    /// They follow the words that make the program do what it is to do.
    package let words: [String]
    /// Its standard input is the socket too; else it has none.
    package let takesInput: Bool
    /// After this time its starter may end it; nil: it lives as long as somebody listens.
    package let deadline: Duration?

    package init(words: [String] = [], takesInput: Bool = false, deadline: Duration? = nil) {
        self.words = words
        self.takesInput = takesInput
        self.deadline = deadline
    }
}

/// Starts a program again and again: by itself, or by asking somebody who may do more.
package struct ChildStarter: Sendable {
    /// The program's path, for words about it.
    package let executable: String
    private let body: @Sendable (ChildOrder) throws(ChildStartFailure) -> RunningChild

    package init(
        executable: String, body: @escaping @Sendable (ChildOrder) throws(ChildStartFailure) -> RunningChild
    ) {
        self.executable = executable
        self.body = body
    }

    /// May block: call it on a thread of its own.
    package func start(_ order: ChildOrder) throws(ChildStartFailure) -> RunningChild { try body(order) }

    /// Starts children of this process, each in a process group of its own, so that what it starts can be ended with it. They
    /// get this process's standard error.
    ///
    /// - Parameter standing: how a child stands; tests say otherwise.
    package static func spawning(
        executable: String, arguments: [String], environment: [String: String],
        standing: @escaping @Sendable (pid_t) -> ChildStanding = ChildStanding.of
    ) -> ChildStarter {
        ChildStarter(executable: executable) { order throws(ChildStartFailure) in
            let (pid, socket) = try spawn(executable, arguments + order.words, environment, takesInput: order.takesInput)
            let end = SpawnedEnd(pid, standing)
            return RunningChild(pid: pid, socket: socket, standing: { end.standing() }, kill: { end.kill() })
        }
    }

    private static func spawn(
        _ executable: String, _ arguments: [String], _ environment: [String: String], takesInput: Bool
    ) throws(ChildStartFailure) -> (pid_t, Int32) {
        var ends: [Int32] = [-1, -1]
        // A pipe can't be made to close at exec in one step here; a pair of sockets can.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw ChildStartFailure(executable: executable, errno: errno)
        }
        defer { close(ends[1]) }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        if takesInput {
            posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        }

        let words = ([executable] + arguments).map { strdup($0) }
        let variables = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") }
        defer { for text in words + variables { free(text) } }
        var child: pid_t = 0
        let failure = FreshProcess.withAttributes {
            posix_spawn(&child, executable, &actions, &$0, words + [nil], variables + [nil])
        }
        guard failure == 0 else {
            close(ends[0])
            throw ChildStartFailure(executable: executable, errno: failure)
        }
        return (child, ends[0])
    }
}

/// A child's end is seen once; after that its number may be another's.
private final class SpawnedEnd: Sendable {
    private let pid: pid_t
    private let ask: @Sendable (pid_t) -> ChildStanding
    private let end = Mutex<ChildStanding?>(nil)

    init(_ pid: pid_t, _ ask: @escaping @Sendable (pid_t) -> ChildStanding) {
        self.pid = pid
        self.ask = ask
    }

    func standing() -> ChildStanding {
        end.withLock { end in
            if let end { return end }
            let now = ask(pid)
            if now != .alive { end = now }
            return now
        }
    }

    func kill() {
        end.withLock { end in
            guard end == nil else { return }
            Glibc.kill(-pid, SIGKILL)
            Glibc.kill(pid, SIGKILL)
        }
    }
}
