import EngineInterface
import FleetModel
import FleetTestKit
import Foundation

@testable import LocalEngine

extension Bench {
    /// Whom the work belongs to: under root somebody ordinary.
    var workUID: UInt32 { user == .root ? 3_456_789 : user.uid }

    static let plainEnvironment = ["PATH=/usr/bin:/bin"]

    func order(
        _ command: [String], lease: Int64 = 1, attempt: Int = 1, directory: String = "/",
        environment: [String] = plainEnvironment, takesInput: Bool = false, uid: UInt32? = nil,
        devices: [Device] = [], cores: MilliCores = .zero, memory: MemoryBytes = .zero, terminal: WorkTerminal? = nil,
        door: SessionDoor? = nil, software: EnvironmentUse? = nil, data: [DataGrant] = [],
        team: TeamName? = nil
    ) -> LaunchOrder {
        LaunchOrder(
            attempt: AttemptKey(lease: LeaseID(lease), number: attempt), user: UserName("nobody-in-particular"),
            work: WorkOrder(
                command: command, directory: directory, environment: environment, takesInput: takesInput,
                uid: uid ?? workUID, terminal: terminal, door: door, software: software),
            node: NodeName("here"), devices: devices, cores: cores, memory: memory,
            endsAt: Timestamp(milliseconds: 1_900_000_000_000), data: data, team: team)
    }

    @discardableResult
    func launch(_ order: LaunchOrder) async throws -> AttemptKey {
        try await engine.launch(order)
        return order.attempt
    }

    @discardableResult
    func launch(_ command: [String]) async throws -> AttemptKey { try await launch(order(command)) }

    func phase(of key: AttemptKey) async throws -> AttemptStatus.Phase? {
        try await engine.list().first { $0.key == key }?.phase
    }

    func outcome(of key: AttemptKey) async throws -> AttemptOutcome {
        try await eventually("attempt \(key) ends") { try await self.phase(of: key)?.outcome }
    }

    func untilRunning(_ key: AttemptKey) async throws {
        _ = try await eventually("attempt \(key) runs") { try await self.phase(of: key) == .running ? true : nil }
    }

    /// All that was written to a stream, gaps left out.
    func output(_ key: AttemptKey, _ stream: EngineInterface.OutputStream) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        var offset: Int64 = 0
        while let piece = try await engine.readOutput(key, stream, from: offset, limit: 1 << 20) {
            if case .bytes(_, let part) = piece { bytes += part }
            offset = piece.nextOffset
        }
        return bytes
    }

    func text(_ key: AttemptKey, _ stream: EngineInterface.OutputStream = .standardOutput) async throws -> String {
        String(decoding: try await output(key, stream), as: UTF8.self)
    }

    /// Runs a shell script to its end and gives what it printed.
    func run(_ script: String, lease: Int64 = 1) async throws -> String {
        let key = try await launch(order(["sh", "-c", script], lease: lease))
        _ = try await outcome(of: key)
        return try await text(key)
    }
}

extension Bench {
    var simulatedDevice: Device {
        Device(key: DeviceKey("GPU-simulated-0"), model: "NVIDIA A100", memory: .gibibytes(80), isSimulated: true)
    }
}
