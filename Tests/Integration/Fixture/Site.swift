import Foundation
import Glibc
import Testing

/// A data directory with a server on it, and commands that talk to it. Everything that it started is ended with it.
final class Site {
    let directory: String
    /// The Unix user that everything runs as; nil: the tests' own.
    let user: UInt32?
    private(set) var launcher: ChildProcess?
    private let simulate: String?
    private var environment: [String: String] = [:]

    init(simulate: String? = "a100:4", user: UInt32? = nil) throws {
        directory = "/var/tmp/carrel-site-\(UUID().uuidString.prefix(8))"
        self.simulate = simulate
        self.user = user
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        if let user { chown(directory, user, user) }
    }

    /// Runs a body against a running server, then ends the work, the server and the folder.
    static func with(
        simulate: String? = "a100:4", user: UInt32? = nil, options: [String] = [], _ body: (Site) async throws -> Void
    ) async throws {
        let site = try Site(simulate: simulate, user: user)
        do {
            try await site.up(options)
            try await body(site)
        } catch {
            print("standard error of the server:\n\(site.launcher?.errors ?? "")")
            await site.clear()
            throw error
        }
        await site.clear()
    }

    /// - Parameter environment: for this start and the ones after it.
    func up(_ options: [String] = [], environment: [String: String]? = nil) async throws {
        if let environment { self.environment = environment }
        let choice = simulate.map { ["--simulate", $0] } ?? []
        let process = try start(
            ["up", "--data-dir", directory, "--listen", "none"] + choice + options, environment: self.environment)
        launcher = process
        try await eventually("the server is ready") {
            if process.isOver { throw ServerEnded(errors: process.errors) }
            return process.output.contains("ready\n")
        }
    }

    struct NoServer: Error {}
    struct ServerEnded: Error { let errors: String }

    /// The server's process: the launcher's child.
    var serverPID: pid_t {
        get throws {
            guard let launcher else { throw NoServer() }
            let children = try String(contentsOfFile: "/proc/\(launcher.pid)/task/\(launcher.pid)/children", encoding: .utf8)
            guard let first = children.split(separator: " ").first.flatMap({ pid_t($0) }) else { throw NoServer() }
            return first
        }
    }

    /// A client; `command` as on the command line, without the program's name.
    func start(
        _ command: [String], environment: [String: String] = [:], in directory: String? = nil, input: String? = nil,
        as user: UInt32? = nil
    ) throws -> ChildProcess {
        var words = [CarrelBinary.path] + command
        if let uid = user ?? self.user {
            words = ["setpriv", "--reuid", "\(uid)", "--regid", "\(uid)", "--clear-groups", "--"] + words
        }
        let variables = ["CARREL_DATA_DIR": self.directory, "HOME": "/tmp"].merging(environment) { $1 }
        return try ChildProcess(
            words, environment: variables, directory: directory ?? "/var/tmp", input: input.map { Array($0.utf8) })
    }

    struct Outcome {
        let code: Int32?
        let output: String
        let errors: String
    }

    @discardableResult
    func carrel(
        _ command: String..., environment: [String: String] = [:], in directory: String? = nil, input: String? = nil,
        as user: UInt32? = nil
    ) async throws -> Outcome {
        let process = try start(command, environment: environment, in: directory, input: input, as: user)
        let code = await process.exitCode()
        return Outcome(code: code, output: process.output, errors: process.errors)
    }

    /// A verb's answer in JSON.
    func json(_ command: String...) async throws -> [String: Any] {
        let process = try start(command + ["--json"])
        let code = await process.exitCode()
        let object = try? JSONSerialization.jsonObject(with: process.outputBytes) as? [String: Any]
        return try #require(object, "exit code \(code ?? -1): \(process.output) \(process.errors)")
    }

    /// Starts a request in the background and gives its number.
    func detach(_ command: String...) async throws -> Int {
        let process = try start(["run", "--detach"] + command)
        let code = await process.exitCode()
        try #require(code == 0, "\(process.errors)")
        return try #require(Int(process.output.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    func state(_ id: Int) async throws -> String { try await json("show", "\(id)")["state"] as? String ?? "" }

    func untilState(_ id: Int, _ wanted: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await eventually("request \(id) is \(wanted)", sourceLocation: sourceLocation) { try await state(id) == wanted }
    }

    func killLauncher(_ signal: Int32 = SIGKILL) async {
        launcher?.kill(signal)
        _ = await launcher?.exitCode()
    }

    func clear() async {
        if launcher?.isOver ?? true { try? await up() }
        if let list = try? await json("ps"), let requests = list["requests"] as? [[String: Any]] {
            _ = try? await carrel("policy", "--grace", "0")
            for id in requests.compactMap({ $0["id"] as? Int }) { _ = try? await carrel("return", "\(id)") }
            try? await eventually("all work is over", within: 20) {
                (try await json("ps")["requests"] as? [Any])?.isEmpty ?? true
            }
        }
        await killLauncher(SIGTERM)
        try? FileManager.default.removeItem(atPath: directory)
    }
}
