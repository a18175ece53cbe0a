import Foundation
import Glibc
import Synchronization

/// Runs `store-helper`, which is built beside the tests.
struct HelperProcess {
    struct Failure: Error, CustomStringConvertible { let description: String }

    /// What the helper said, line by line. A last line that is not whole is left out.
    let lines: [String]
    /// It ended by itself.
    let exited: Bool

    /// The last number that was said after this word.
    func last(_ word: String) -> Int64? {
        lines.last { $0.hasPrefix(word + " ") }.flatMap { Int64($0.dropFirst(word.count + 1)) }
    }
    func count(_ line: String) -> Int { lines.count { $0 == line } }

    /// - Parameters:
    ///   - wrapper: a command that the helper is run by; `$HELPER` and `$FOLDER` stand for its path and the folder.
    ///   - delay: kills the helper with SIGKILL this long after its first word; nil: lets it end.
    static func run(
        _ arguments: [String: String], folder: String, wrapper: String? = nil, killAfter delay: Duration? = nil
    ) async throws -> HelperProcess {
        let words = arguments.map { "\($0.key)=\($0.value)" } + ["folder=\(folder)"]
        return try await withCheckedThrowingContinuation { continuation in
            // Reading blocks, and must not block the tests' few threads.
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        let child = try spawning.withLock { _ in try start(words, folder, wrapper) }
                        return try child.finish(killAfter: delay)
                    })
            }
        }
    }

    /// One at a time: another child must not inherit a pipe that is just being made.
    private static let spawning = Mutex(())

    private static var path: String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count)
        let own = String(decoding: buffer.prefix(max(0, length)), as: UTF8.self)
        return own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            + "/store-helper"
    }

    private static func start(_ words: [String], _ folder: String, _ wrapper: String?) throws -> Child {
        var command = [path] + words
        if let wrapper { command = ["/bin/sh", "-ec", wrapper, "sh"] + command }
        let environment = ["FOLDER=\(folder)", "PATH=/usr/bin:/bin:/usr/sbin:/sbin"]
        var ends: [Int32] = [0, 0]
        // Closed on exec from the start: children that other tests start at this moment must not inherit an end.
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Failure(description: "no pair of sockets") }
        defer { close(ends[1]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        var pid: pid_t = 0
        let arguments = command.map { strdup($0) } + [nil], variables = environment.map { strdup($0) } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        let failure = posix_spawn(&pid, command[0], &actions, nil, arguments, variables)
        guard failure == 0 else {
            close(ends[0])
            throw Failure(description: "\(command[0]): \(String(cString: strerror(failure)))")
        }
        return Child(pid: pid, output: ends[0])
    }
}

private struct Child {
    let pid: pid_t
    let output: Int32

    func finish(killAfter delay: Duration?) throws -> HelperProcess {
        defer { close(output) }
        var said: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 65_536)
        var wait = delay
        while true {
            let got = read(output, &buffer, buffer.count)
            if got <= 0 { break }
            said += buffer.prefix(got)
            if let delay = wait {
                wait = nil
                usleep(useconds_t(delay / .microseconds(1)))
                kill(pid, SIGKILL)
            }
        }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let whole = said.prefix((said.lastIndex(of: 10) ?? -1) + 1)
        let lines = String(decoding: whole, as: UTF8.self).split(separator: "\n").map(String.init)
        return HelperProcess(lines: lines, exited: status & 0x7f == 0)
    }
}
