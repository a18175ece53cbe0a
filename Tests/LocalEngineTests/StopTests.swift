import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Testing

@testable import LocalEngine

struct StopTests {
    @Test(arguments: Bench.User.allCases) func workThatIsAskedToEndWhileItsSandboxIsMadeEnds(_ user: Bench.User) async throws
    {
        try await withBench(user) { bench in
            for lease in Int64(1)...60 {
                let key = try await bench.launch(bench.order(["sleep", "1000"], lease: lease))
                // Into every step of the making: bubblewrap's own, carrel-init's first calls, the work's start.
                try await Task.sleep(for: .microseconds(lease % 20 * 1_500))
                // Asked once, and never by force.
                try await bench.engine.stop(key, force: false)
                let outcome = try await bench.outcome(of: key)
                #expect(outcome == .neverBegan || outcome == .signalled(signal: 15), "attempt \(key)")
            }
        }
    }

    @Test func workStartsWithNoSignalBlocked() async throws {
        try await withBench(.root) { bench in
            let found = try await bench.run("grep -E 'Sig(Blk|Pnd)|ShdPnd' /proc/self/status | tr -d '\\t'")
            let none = "0000000000000000"
            #expect(found == "SigPnd:\(none)\nShdPnd:\(none)\nSigBlk:\(none)\n")
        }
    }
}
