import FleetModel
import FleetSimulator
import Testing

/// A checker that finds nothing proves nothing: each mistake that is built in must be found.
@Suite struct PlantedBugTests {
    /// How many seeds it may take: ten times what it took when this was written, or more.
    private static func patience(_ bug: PlantedBug) -> UInt64 {
        switch bug {
        case .trustsStaleLists: 400
        default: 100
        }
    }

    @Test(arguments: PlantedBug.allCases) func isFound(bug: PlantedBug) {
        let last = Self.patience(bug)
        for seed in 1...last {
            var options = SimulationOptions(seed: seed)
            options.plantedBug = bug
            // It needs somebody who leaves while the work is being launched.
            if bug == .trustsStaleLists { options.faults[.cancelledAtGrant] = .always }
            guard let violation = Simulation(seed: seed, options: options).run().violation else { continue }
            print("\(bug.rawValue): \(violation.text) (seed \(seed))")
            #expect(violation.description.contains("seed \(seed)"))
            #expect(violation.description.contains("bug=\(bug.rawValue)"))
            return
        }
        Issue.record("\(bug.rawValue) was not found within \(last) seeds")
    }
}
