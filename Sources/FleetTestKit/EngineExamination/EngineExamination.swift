import EngineInterface
import FleetModel

/// An engine did not do what every engine must.
package struct EngineExaminationFailure: Error, CustomStringConvertible {
    package let description: String
}

/// The examination that every engine passes: each promise of `EngineDriver`, and of `AttemptConsole` where there is
/// one. Throws at the first promise that is not kept.
/// - Parameter make: gives a candidate whose list is empty; called once.
package func exerciseEngineDriver(_ make: () async throws -> EngineCandidate) async throws {
    let examination = EngineExamination(try await make())
    try await examination.launching()
    try await examination.outcomes()
    try await examination.stopping()
    try await examination.forgetting()
    try await examination.listing()
    try await examination.counting()
    try await examination.holding()
    try await examination.connecting()
    if examination.candidate.console != nil {
        try await examination.showing()
        try await examination.reading()
        try await examination.feeding()
        try await examination.signalling()
    }
}

struct EngineExamination {
    let candidate: EngineCandidate

    init(_ candidate: EngineCandidate) { self.candidate = candidate }

    var engine: any EngineDriver { candidate.engine }

    func require(_ condition: Bool, _ promise: String) throws {
        guard condition else { throw EngineExaminationFailure(description: promise) }
    }

    func key(_ lease: Int64, _ number: Int = 1) -> AttemptKey { AttemptKey(lease: LeaseID(lease), number: number) }

    @discardableResult
    func launch(
        _ key: AttemptKey, _ command: [String], takesInput: Bool = false, terminal: WorkTerminal? = nil,
        door: SessionDoor? = nil
    ) async throws -> AttemptKey {
        let work = WorkOrder(
            command: command, directory: candidate.directory, environment: ["PATH=/usr/local/bin:/usr/bin:/bin"],
            takesInput: takesInput, uid: candidate.uid, terminal: terminal, door: door)
        let order = LaunchOrder(
            attempt: key, user: UserName("examiner"), work: work, node: candidate.node, devices: candidate.devices,
            cores: .cores(1), memory: .gibibytes(1), endsAt: Timestamp(milliseconds: 1_900_000_000_000))
        try await engine.launch(order)
        return key
    }

    func phase(_ key: AttemptKey) async throws -> AttemptStatus.Phase? {
        try await engine.list().first { $0.key == key }?.phase
    }

    func wait<Result>(_ what: String, _ body: () async throws -> Result?) async throws -> Result {
        try await eventually(what) {
            try await candidate.passTime()
            return try await body()
        }
    }

    func outcome(_ key: AttemptKey) async throws -> AttemptOutcome {
        try await wait("attempt \(key) ends") { try await phase(key)?.outcome }
    }

    func untilRunning(_ key: AttemptKey) async throws {
        try await wait("attempt \(key) runs") { try await phase(key) == .running ? () : nil }
    }
}
