import Foundation
import Glibc
import Synchronization

/// A real process with its output in files, ended by its id when the test lets go of it.
final class ChildProcess: Sendable {
    let pid: pid_t
    private let folder: URL
    private let status = Mutex<Int32?>(nil)

    struct SpawnFailure: Error { let command: String, code: Int32 }

    /// - Parameters:
    ///   - input: what its standard input holds; nil: it is /dev/null.
    init(
        _ command: [String], environment: [String: String] = [:], directory: String? = nil, input: [UInt8]? = nil
    ) throws {
        folder = URL(fileURLWithPath: "/tmp/carrel-child-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var inputPath = "/dev/null"
        if let input {
            inputPath = folder.appendingPathComponent("in").path
            try Data(input).write(to: URL(fileURLWithPath: inputPath))
        }
        posix_spawn_file_actions_addopen(&actions, 0, inputPath, O_RDONLY, 0)
        for (descriptor, name) in [(Int32(1), "out"), (2, "err")] {
            let path = folder.appendingPathComponent(name).path
            posix_spawn_file_actions_addopen(&actions, descriptor, path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
        let merged = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("CARREL_") }.merging(environment) { $1 }
        let command = (directory.map { ["env", "-C", $0] } ?? []) + command
        var arguments = command.map { strdup($0) } + [nil]
        var variables = merged.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        var pid: pid_t = 0
        let code = posix_spawnp(&pid, command[0], &actions, nil, &arguments, &variables)
        guard code == 0 else { throw SpawnFailure(command: command.joined(separator: " "), code: code) }
        self.pid = pid
    }

    deinit {
        if !isOver { kill(SIGKILL) }
        _ = waitStatus(block: true)
        try? FileManager.default.removeItem(at: folder)
    }

    var output: String { text("out") }
    var errors: String { text("err") }
    var outputBytes: Data { (try? Data(contentsOf: folder.appendingPathComponent("out"))) ?? Data() }

    func kill(_ signal: Int32) { if !isOver { Glibc.kill(pid, signal) } }

    var isOver: Bool { waitStatus(block: false) != nil }

    /// Waits for the end; nil: it did not end in time. A signal gives 128 + its number.
    func exitCode(within seconds: Double = 60) async -> Int32? {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            if let status = waitStatus(block: false) {
                return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
            }
            if .now > deadline { return nil }
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    private func waitStatus(block: Bool) -> Int32? {
        status.withLock { known in
            if known == nil {
                var found: Int32 = 0
                if waitpid(pid, &found, block ? 0 : WNOHANG) == pid { known = found }
            }
            return known
        }
    }

    private func text(_ name: String) -> String {
        let data = (try? Data(contentsOf: folder.appendingPathComponent(name))) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }
}
