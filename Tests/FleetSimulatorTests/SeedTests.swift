import FleetModel
import FleetSimulator
import Testing

@Suite struct SeedTests {
    @Test func first() {
        for seed in UInt64(2700)...5000 {
            if let violation = Simulation(seed: seed).run().violation { print("VIOLATION", violation) }
        }
    }
}
