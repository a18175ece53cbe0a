import CLinux
import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Glibc

@testable import LocalEngine
import Testing

/// A real launcher on a data directory of its own, and the server's half in this process.
final class Bench: @unchecked Sendable {
    /// Whom the launcher runs as.
    enum User: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case root
        case ordinary

        /// A number that no account has.
        var uid: UInt32 { self == .root ? 0 : 2_345_678 }
        var testDescription: String { rawValue }
    }

    struct Trouble: Error, CustomStringConvertible {
        let description: String
        init(_ text: String) { description = text }
    }

    let user: User
    /// Everything lies here; all may read it.
    let folder: String
    let data: String
    let options: [String]
    let environment: [String: String]
    /// Programs and their arguments before the launcher's own.
    let wrapper: [String]
    private(set) var launcher: Process
    private(set) var engine: LocalEngine
    let lost = Flag()

    static let binaries = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
    static var examiner: String { "\(binaries)/engine-examiner" }

    init(
        _ user: User, options: [String] = [], folder given: String? = nil, environment: [String: String] = [:],
        wrapper: [String] = []
    ) async throws {
        try Self.require(user)
        self.user = user
        self.options = options
        self.environment = environment
        self.wrapper = wrapper
        folder = try given ?? Self.makeFolder(user)
        data = "\(folder)/data"
        launcher = try Self.start(user, data, options, environment: environment, wrapper: wrapper)
        engine = try await Self.connect(data, lost)
    }

    static func require(_ user: User) throws {
        guard geteuid() == 0 else { throw Trouble("These tests start launchers as several users: run them as root.") }
    }

    /// Not beneath /tmp, which is private in a sandbox.
    static func makeFolder(_ user: User) throws -> String {
        let template = "/var/tmp/carrel-bench-XXXXXX"
        var name = Array(template.utf8CString)
        guard mkdtemp(&name) != nil else { throw Trouble("no folder: \(errno)") }
        let path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        chmod(path, 0o755)
        chown(path, user.uid, user.uid)
        return path
    }

    static func start(
        _ user: User, _ data: String, _ options: [String], environment: [String: String] = [:], wrapper: [String] = [],
        errors: Pipe? = nil
    ) throws -> Process {
        let process = Process()
        if !environment.isEmpty {
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        }
        let command = wrapper + [examiner, "launcher", data] + options
        switch user {
        case .root:
            process.executableURL = URL(filePath: command[0])
            process.arguments = Array(command.dropFirst())
        case .ordinary:
            process.executableURL = URL(filePath: "/usr/bin/setpriv")
            process.arguments = ["--reuid", "\(user.uid)", "--regid", "\(user.uid)", "--clear-groups", "--"] + command
        }
        process.currentDirectoryURL = URL(filePath: "/")
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        if let errors { process.standardError = errors }
        try process.run()
        return process
    }

    /// Connects to the socket and is given the control descriptor.
    func takeControl() async throws -> Int32 { try await Self.takeControl(data) }

    private static func takeControl(_ data: String) async throws -> Int32 {
        try await eventually("the launcher takes a connection") { () -> Int32? in
            // On a thread of its own, since it waits.
            await withCheckedContinuation { continuation in
                Thread.detachNewThread { continuation.resume(returning: receiveControl(data)) }
            }
        }
    }

    private static func receiveControl(_ data: String) -> Int32? {
        let folder = open(data, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return nil }
        defer { Glibc.close(folder) }
        let socket = linux_connect_in(folder, "carrel.sock")
        guard socket >= 0 else { return nil }
        defer { Glibc.close(socket) }
        var polled = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard poll(&polled, 1, 20_000) > 0 else { return nil }
        var byte: UInt8 = 0
        var descriptors = [Int32](repeating: -1, count: 8)
        var count = 0
        guard linux_receive(socket, &byte, 1, &descriptors, &count, nil, true) == 1, count == 1 else { return nil }
        return descriptors[0]
    }

    private static func connect(_ data: String, _ lost: Flag) async throws -> LocalEngine {
        try await LocalEngine(control: takeControl(data)) { _ in lost.raise() }
    }

    /// Starts a launcher on the same data directory, after the old one has ended.
    func restart() async throws {
        launcher = try Self.start(user, data, options, environment: environment, wrapper: wrapper)
        engine = try await Self.connect(data, Flag())
    }

    /// After the server's half was lost.
    func reconnect() async throws { engine = try await Self.connect(data, Flag()) }

    /// The server's process, once it is there.
    func server() async throws -> Int32 {
        try await eventually("the server is seen") {
            ProcessFacts.all().first { Self.parent(of: $0) == self.launcher.processIdentifier }
        }
    }

    static func parent(of pid: Int32) -> Int32? {
        let line = Files.text("/proc/\(pid)/status")?.split(separator: "\n").first { $0.hasPrefix("PPid:") }
        return line?.split(separator: "\t").last.flatMap { Int32($0) }
    }

    func killServer() async throws {
        kill(try await server(), SIGKILL)
        _ = try await eventually("the loss is noticed") { self.lost.isRaised ? true : nil }
    }

    func killLauncher() {
        kill(launcher.processIdentifier, SIGKILL)
        launcher.waitUntilExit()
    }

    /// Ends everything that was started here.
    func close() async {
        if let list = try? await engine.list() {
            for status in list { try? await engine.stop(status.key, force: true) }
            _ = try? await eventually("all attempts end") {
                try await self.engine.list().allSatisfy { $0.phase.isEnded } ? true : nil
            }
        }
        if launcher.isRunning {
            launcher.terminate()
            launcher.waitUntilExit()
        }
        try? FileManager.default.removeItem(atPath: folder)
    }
}

/// Runs a body with a bench, and ends everything afterwards.
func withBench(
    _ user: Bench.User, options: [String] = [], environment: [String: String] = [:], wrapper: [String] = [],
    _ body: (Bench) async throws -> Void
) async throws {
    let bench = try await Bench(user, options: options, environment: environment, wrapper: wrapper)
    do {
        try await body(bench)
        await bench.close()
    } catch {
        await bench.close()
        throw error
    }
}

final class Flag: @unchecked Sendable {
    private let lock = NSLock()
    private var raised = false
    var isRaised: Bool { lock.withLock { raised } }
    func raise() { lock.withLock { raised = true } }
}
