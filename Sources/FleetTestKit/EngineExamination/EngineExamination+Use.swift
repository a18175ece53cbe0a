import EngineInterface
import FleetModel

extension EngineExamination {
    private func use(_ key: AttemptKey) async throws -> AttemptUse? {
        let uses = try await engine.use(of: [key, self.key(999)])
        try require(uses.allSatisfy { $0.key == key }, "of what is unknown nothing is told")
        return uses.first
    }

    /// What is counted only grows, also when what it was counted of has ended.
    func counting() async throws {
        try require(try await engine.use(of: []).isEmpty, "who asks for nothing is told nothing")
        let busy = try await launch(key(14), candidate.programs.computes)
        try await untilRunning(busy)
        let least = TimeSpan(milliseconds: 30)
        let seen = try await wait("work that computes is seen to") {
            let use = try await use(busy)
            if let use, use.processorTime == nil { return use }
            return use.flatMap { $0.processorTime ?? .zero >= least ? $0 : nil }
        }
        var newest = seen
        for _ in 0..<20 {
            try await candidate.passTime()
            guard let next = try await use(busy) else { throw EngineExaminationFailure(description: "what runs is told of") }
            try require(
                next.processorTime ?? .zero >= newest.processorTime ?? .zero && next.bytes ?? 0 >= newest.bytes ?? 0,
                "what was counted is never taken back")
            newest = next
        }
        try await engine.stop(busy, force: true)
        _ = try await outcome(busy)
        try require(try await use(busy) == nil, "of what is over nothing is told")
        try await engine.forget(busy)
    }
}
