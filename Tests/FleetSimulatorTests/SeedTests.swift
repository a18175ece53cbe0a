import FleetModel
import FleetSimulator
import Testing

@Suite struct SeedTests {
    @Test func first() {
        var struck = Array(repeating: 0, count: Fault.allCases.count)
        var bad = 0; var events = 0; var waits = 0
        for seed in UInt64(1)...3000 {
            let report = Simulation(seed: seed).run()
            for i in struck.indices { struck[i] += report.struck[i] }
            events += report.counts.events; waits += report.counts.predictions
            if let violation = report.violation { bad += 1; if bad < 12 { print("VIOLATION", violation) } }
        }
        print("bad", bad, events, waits)
        for fault in Fault.allCases { print(fault, struck[fault.rawValue]) }
        for bug in PlantedBug.allCases {
            for seed in UInt64(1)...2000 {
                var options = SimulationOptions(seed: seed)
                options.plantedBug = bug
                if let violation = Simulation(seed: seed, options: options).run().violation { print(bug, seed, violation.text); break }
                if seed == 2000 { print(bug, "NOT FOUND") }
            }
        }
    }
}
