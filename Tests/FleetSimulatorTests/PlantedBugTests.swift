import FleetModel
import FleetSimulator
import Testing

/// A checker that finds nothing proves nothing: each mistake that is built in must be found.
@Suite struct PlantedBugTests {
    /// How many seeds it may take: several times what it took when this was written.
    private static func patience(_ bug: PlantedBug) -> UInt64 {
        switch bug {
        case .trustsStaleLists: 400
        default: 100
        }
    }

    @Test(arguments: PlantedBug.allCases) func isFound(bug: PlantedBug) {
        guard let found = Self.firstFinding(bug) else {
            Issue.record("\(bug.rawValue) was not found within \(Self.patience(bug)) seeds")
            return
        }
        let (seed, violation) = found
        print("\(bug.rawValue): \(violation.text) (seed \(seed))")
        #expect(violation.description.contains("seed \(seed)"))
        #expect(violation.description.contains("bug=\(bug.rawValue)"))
    }

    /// The ledger agrees with its log, every answer is as predicted, everything ends: the run looks well to all others.
    @Test(arguments: PlantedBug.quiet) func onlyTheHistorianFinds(bug: PlantedBug) throws {
        let (seed, violation) = try #require(Self.firstFinding(bug))
        #expect(violation.text.hasPrefix("the historian:"))
        var options = Self.options(seed, bug)
        options.isJudged = false
        #expect(Simulation(seed: seed, options: options).run().violation == nil)
    }

    private static func options(_ seed: UInt64, _ bug: PlantedBug) -> SimulationOptions {
        var options = SimulationOptions(seed: seed)
        options.plantedBug = bug
        switch bug {
        // It needs somebody who leaves while the work is being launched.
        case .trustsStaleLists: options.faults[.cancelledAtGrant] = .always
        // It needs leases that nobody uses.
        case .takesTooSoon:
            options.policy.idle = SimulationOptions.shortIdle(seed: seed)
        // It needs a crash in the middle of a write.
        case .readsTornTail:
            options.faults[.appendUnknownLost] = Ratio(perMille: 80)
            options.faults[.tailTorn] = .always
        // Whoever is refused behind the scheduler's back leaves what was being taken back for them.
        case .refusesWhatMustWait:
            options.policy.reclaim.isOn = false
            options.faults[.policyChanges] = .never
        // Who is favoured behind the scheduler's back would reach into what is reserved.
        case .favoursHeavyUsers: options.faults[.reserved] = .never
        // They need a team that waits for what it lent, and people who change their minds.
        case .givesNoNotice, .endsForNobody:
            options.policy.reclaim = ReclaimPolicy(notice: .minutes(5), minimumRun: .zero)
            options.crowd.teams = [
                Team(name: TeamName("vision"), guarantee: 4, members: Array(options.crowd.users.prefix(1)))
            ]
            options.faults[.policyChanges] = .never
            options.faults[.stormOfRequests] = Ratio(perMille: 240)
            options.faults[.returnedTwice] = .always
        case .reachesIntoReservations, .reservesWhatIsTaken, .lapsesAtOnce: options.faults[.reserved] = .always
        case .drainsTooSoon: options.faults[.drained] = .always
        default: break
        }
        return options
    }

    private static func firstFinding(_ bug: PlantedBug) -> (seed: UInt64, violation: Violation)? {
        for seed in 1...patience(bug) {
            if let violation = Simulation(seed: seed, options: options(seed, bug)).run().violation {
                return (seed, violation)
            }
        }
        return nil
    }
}
