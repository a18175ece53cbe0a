import ChildProcess
import Foundation
import Glibc

/// One run of the program that takes notices.
enum NoticeProgram {
    enum Outcome: Equatable, Sendable {
        case exited(Int32)
        case signalled(Int32)
        /// It took too long and was ended, with what it started.
        case late
        case notStarted(String)
        /// The server ends, and it with it: the notice is told again.
        case broken
    }

    struct SpawnFailure: Error { let number: Int32 }

    /// Runs it with the input; its output goes to the server's standard error.
    static func run(_ program: String, input: [UInt8], patience: Duration, in runs: NoticeRuns) async -> Outcome {
        await withCheckedContinuation { continuation in
            // It waits, which the threads of all tasks must not.
            DispatchQueue.global().async { continuation.resume(returning: runAndWait(program, input, patience, runs)) }
        }
    }

    private static func runAndWait(
        _ program: String, _ input: [UInt8], _ patience: Duration, _ runs: NoticeRuns
    ) -> Outcome {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return .notStarted(words(errno)) }
        let started = runs.start { spawn(program, ends[1]) }
        close(ends[1])
        defer { close(ends[0]) }
        switch started {
        case nil: return .broken
        case .failure(let failure): return .notStarted(words(failure.number))
        case .success(let child):
            feed(input, to: ends[0])
            // The end of the input.
            shutdown(ends[0], Int32(SHUT_WR))
            let outcome = wait(for: child, patience, runs)
            return runs.isOver ? .broken : outcome
        }
    }

    private static func spawn(_ program: String, _ input: Int32) -> Result<pid_t, SpawnFailure> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
        closeAtExec()
        let name = strdup(program)
        defer { free(name) }
        var child: pid_t = 0
        let failure = FreshProcess.withAttributes { posix_spawn(&child, program, &actions, &$0, [name, nil], environ) }
        return failure == 0 ? .success(child) : .failure(SpawnFailure(number: failure))
    }

    /// Not one of the server's descriptors may go on into it. Most close by themselves; what the launcher handed down may not.
    private static func closeAtExec() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
            if let file = Int32(name), file > STDERR_FILENO { _ = fcntl(file, F_SETFD, FD_CLOEXEC) }
        }
    }

    /// A notice is short, and fits into the socket: a program that does not read keeps nobody waiting.
    private static func feed(_ input: [UInt8], to socket: Int32) {
        _ = input.withUnsafeBytes {
            send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
    }

    private static func wait(for child: pid_t, _ patience: Duration, _ runs: NoticeRuns) -> Outcome {
        let deadline = ContinuousClock.now + patience
        var status: Int32 = 0, isLate = false
        while true {
            let ended: pid_t
            (ended, status) = runs.collect(child)
            if ended == child { break }
            if ended < 0, errno != EINTR { return .notStarted(words(errno)) }
            if !isLate, ContinuousClock.now >= deadline {
                isLate = true
                runs.signal(SIGKILL)
            }
            usleep(20_000)
        }
        if isLate { return .late }
        let signal = status & 0x7f
        return signal == 0 ? .exited(status >> 8 & 0xff) : .signalled(signal)
    }

    private static func words(_ number: Int32) -> String { String(cString: strerror(number)) }
}
