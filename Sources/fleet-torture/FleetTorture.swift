import FleetModel
import FleetSimulator
import Foundation

@main
struct FleetTorture {
    static func main() async {
        var words = Array(CommandLine.arguments.dropFirst())
        let isTraced = words.contains("--trace"), isYears = words.contains("--node-years")
        words.removeAll { ["--trace", "--node-years"].contains($0) }
        guard words.count == 1, let seeds = SeedRange(words[0]) else {
            print(
                "Usage: fleet-torture [--trace] [--node-years] SEEDS, where SEEDS is 10000 (from 1 on), 1234..1234 or 5000-9000."
            )
            exit(64)
        }
        let options: @Sendable (UInt64) -> SimulationOptions = {
            isYears ? SimulationOptions(nodeYear: $0) : SimulationOptions(seed: $0)
        }
        Watch.begin()
        let clock = ContinuousClock()
        let start = clock.now
        let tally = await Tally.run(seeds.range, options)
        tally.show(isYears ? "years of a machine with 8 GPUs" : "seeds", took: clock.now - start)
        for violation in tally.violations.prefix(Tally.shown) {
            explain(violation, options(violation.seed), isTraced: isTraced)
        }
        exit(tally.violations.isEmpty ? 0 : 1)
    }

    /// What is needed to see it again, with no more faults than it takes.
    private static func explain(_ violation: Violation, _ options: SimulationOptions, isTraced: Bool) {
        print("\n\(violation)")
        Watch.note(violation.seed, task: 0)
        let smallest = Shrinking.smallest(seed: violation.seed, options)
        print("It takes no more than: \(smallest.options.text)")
        if let text = smallest.report.violation?.text, text != violation.text { print("With these: \(text)") }
        guard isTraced else {
            print("Everything that happened: make torture SEEDS=\(violation.seed)..\(violation.seed) TRACE=1")
            return
        }
        for line in smallest.report.trace {
            print(line.replacing("FleetModel.", with: "").replacing("LeaseLedger.", with: ""))
        }
    }
}
