import FleetModel
import FleetSimulator
import Testing

@Suite struct SeedTests {
    @Test func first() {
        var happenings = 0, starts = 0
        for seed in UInt64(1)...300 {
            let report = Simulation(seed: seed).run()
            happenings += report.counts.happenings; starts += report.counts.serverStarts
            if let violation = report.violation { print("VIOLATION", violation) }
        }
        print(happenings, starts)
    }
}
