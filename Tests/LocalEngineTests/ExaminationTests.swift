import FleetModel
import FleetTestKit
import Testing

@testable import LocalEngine

struct ExaminationTests {
    @Test(arguments: Bench.User.allCases) func theLocalEnginePassesTheExamination(_ user: Bench.User) async throws {
        try await withBench(user) { bench in
            try await exerciseEngineDriver {
                EngineCandidate(
                    engine: bench.engine, console: bench.engine, node: NodeName("here"), devices: [bench.simulatedDevice],
                    directory: "/", uid: bench.workUID, hasTerminals: true, talk: Talk.once)
            }
        }
    }
}
