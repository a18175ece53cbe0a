import FleetModel
import FleetSimulator
import Testing

/// Runs in which everybody is limited, so that limits bind all the time: nobody gets beyond one, nobody else is held up.
@Suite struct LimitSeedTests {
    @Test func limitsThatBindBreakNothing() async {
        let reports = await SeedTests.run(1...120) { seed in
            var options = SimulationOptions(seed: seed)
            var limits = LimitPolicy()
            limits.setEverybody(
                UseLimits(
                    devicesAtOnce: seed % 3 == 0 ? nil : Int(1 + seed % 2), deviceHoursAWeek: Int(3 + seed % 9),
                    longestLease: seed % 4 == 0 ? .minutes(40) : nil))
            if let user = options.crowd.users.first { limits.set(UseLimits(devicesAtOnce: 3), of: user) }
            for team in options.crowd.teams.prefix(1) where seed % 2 == 0 {
                limits.set(UseLimits(deviceHoursAWeek: 8), of: team.name)
            }
            options.policy.limits = limits
            return options
        }
        for report in reports { if let violation = report.violation { Issue.record("\(violation)") } }
        let bound = reports.reduce(0) { $0 + $1.counts.atLimit }, granted = reports.reduce(0) { $0 + $1.counts.granted }
        #expect(bound > 200 && granted > 400, "too little to prove anything: \(bound) times at a limit, \(granted) leases")
    }
}
