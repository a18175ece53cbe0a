/// The whole of Carrel in virtual time: the real ledger, scheduler and reconciliation between a simulated engine, a
/// simulated store, people and bad luck. One thread, no clock, no input or output: the seed is all there is.
///
/// Two phases. First anything may go wrong, and nothing that is promised may be broken. Then faults stop, and everything
/// must come to an end within a bound: every request is answered, every lease closed.
package struct Simulation: Sendable {
    package let seed: UInt64
    package let options: SimulationOptions

    /// - Parameter options: nil: those that the seed stands for.
    package init(seed: UInt64, options: SimulationOptions? = nil) {
        self.seed = seed
        self.options = options ?? SimulationOptions(seed: seed)
    }

    /// Runs to the end, or to the first thing that must never be.
    package func run() -> SimulationReport {
        var world = World(seed: seed, options)
        world.run()
        return world.report
    }
}
