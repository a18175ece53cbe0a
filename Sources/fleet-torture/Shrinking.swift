import FleetSimulator

/// Takes away what a failure does not need.
enum Shrinking {
    /// The seed's run with as few kinds of faults as still break something: each is left out in turn. What breaks may be
    /// something else then; the first thing is what counts.
    static func smallest(
        seed: UInt64, _ given: SimulationOptions
    ) -> (options: SimulationOptions, report: SimulationReport) {
        var options = given
        var report = Simulation(seed: seed, options: options).run()
        for fault in Fault.allCases where options.faults[fault] != .never || options.strikes.contains(fault) {
            var fewer = options
            fewer.faults[fault] = .never
            fewer.strikes.removeAll { $0 == fault }
            let again = Simulation(seed: seed, options: fewer).run()
            if again.violation != nil { (options, report) = (fewer, again) }
        }
        return (options, report)
    }
}
