import FleetModel
import FleetSimulator
import Foundation

/// What many runs came to.
struct Tally: Sendable {
    /// How many violations are told in full.
    static let shown = 5

    private var runs = 0
    private var counts = SimulationReport.Counts()
    private var struck = Array(repeating: 0, count: Fault.allCases.count)
    private(set) var violations: [Violation] = []

    /// Runs all seeds, on every core: a run itself is single-threaded.
    static func run(
        _ seeds: ClosedRange<UInt64>, _ options: @escaping @Sendable (UInt64) -> SimulationOptions
    ) async -> Tally {
        let tasks = UInt64(max(1, ProcessInfo.processInfo.activeProcessorCount))
        return await withTaskGroup(of: Tally.self) { group in
            for first in 0..<tasks {
                group.addTask {
                    var tally = Tally()
                    var seed = seeds.lowerBound + first
                    while seed <= seeds.upperBound {
                        Watch.note(seed, task: Int(first))
                        tally.add(Simulation(seed: seed, options: options(seed)).run())
                        seed += tasks
                    }
                    Watch.note(0, task: Int(first))
                    return tally
                }
            }
            var all = Tally()
            for await tally in group { all.add(tally) }
            all.violations.sort { $0.seed < $1.seed }
            return all
        }
    }

    private mutating func add(_ report: SimulationReport) {
        runs += 1
        counts.add(report.counts)
        for fault in Fault.allCases { struck[fault.rawValue] += report.struck(fault) }
        if let violation = report.violation { violations.append(violation) }
    }

    private mutating func add(_ other: Tally) {
        runs += other.runs
        counts.add(other.counts)
        for place in struck.indices { struck[place] += other.struck[place] }
        violations += other.violations
    }

    func show(_ units: String, took time: Duration) {
        for (name, part) in SimulationReport.Counts.parts { row(name, counts[keyPath: part]) }
        print("How often each fault struck:")
        for fault in Fault.allCases { row("\(fault)", struck[fault.rawValue]) }
        let seconds = time.formatted(.units(allowed: [.seconds], fractionalPart: .show(length: 1)))
        print(
            "\(runs) \(units), \(counts.happenings) happenings, \(counts.events) events,"
                + " \(struck.reduce(0, +)) faults of \(struck.count { $0 > 0 }) kinds, in \(seconds):"
                + " \(violations.count) violations")
    }

    private func row(_ name: String, _ count: Int) {
        print("  " + name.padding(toLength: 24, withPad: " ", startingAt: 0) + " \(count)")
    }
}
