import FleetModel
import FleetSimulator
import Testing

@Suite struct SeedTests {
    @Test(arguments: 0..<8) func first(part: Int) {
        for seed in UInt64(1)...6000 where seed % 8 == UInt64(part) {
            if let violation = Simulation(seed: seed).run().violation { print("VIOLATION", violation) }
        }
    }
}
