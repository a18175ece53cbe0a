import Foundation
import Glibc
import Testing

/// `kill -9` at random moments of a busy run. `CARREL_KILLS` says how many; `CARREL_KILL_SEED` repeats one run.
@Suite("Killed at random moments")
struct KillTests {
    private static let variables = ProcessInfo.processInfo.environment
    static let kills = variables["CARREL_KILLS"].flatMap { Int($0) } ?? 24
    private static let killsARun = 12

    /// A run as root and one as an ordinary user, in turns.
    static let seeds: [UInt64] =
        if let seed = variables["CARREL_KILL_SEED"].flatMap({ UInt64($0) }) {
            [seed]
        } else {
            (1...max(1, kills / killsARun)).map { UInt64($0) }
        }

    @Test("nothing is lost, doubled or stuck", arguments: seeds)
    func killed(seed: UInt64) async throws {
        let user: UInt32? = geteuid() == 0 && seed % 2 == 0 ? UserTests.alice : nil
        try await Site.with(user: user) { site async throws in
            let run = try TortureRun(seed: seed, site: site)
            defer { run.evidence.clear() }
            try await site.carrel("policy", "--grace", "2s")
            try await run.run(strikes: Self.killsARun)
            let found = try await run.violations()
            func list(_ counts: [String: Int]) -> String {
                counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            }
            print("torture: kill seed \(seed): \(list(run.acts)); struck: \(list(run.strikes)); \(found.count) violations")
            if !found.isEmpty { print(run.trace.joined(separator: "\n")) }
            for violation in found { Issue.record("seed \(seed): \(violation); again: CARREL_KILL_SEED=\(seed)") }
        }
    }
}
