import FleetModel
import FleetSimulator
import Foundation
import Testing

/// Many runs, each with bad luck of its own: nothing that is promised may be broken, and everything comes to an end.
///
/// `make torture SEEDS=10000` runs more of them, optimised; `CARREL_SEEDS=5000-9000` runs others here. A seed that fails
/// goes into `RegressionTests`.
@Suite struct SeedTests {
    private static let seeds: ClosedRange<UInt64> = {
        let text = ProcessInfo.processInfo.environment["CARREL_SEEDS"] ?? ""
        let ends = text.split(separator: "-").compactMap { UInt64($0) }
        return ends.count == 2 && ends[0] <= ends[1] ? ends[0]...ends[1] : 1...1_000
    }()

    @Test func nothingIsBrokenAndEverythingEnds() async {
        let reports = await Self.run(Self.seeds)
        #expect(reports.count == Self.seeds.count)
        for report in reports { if let violation = report.violation { Issue.record("\(violation)") } }
        Self.printTable(reports)
        guard reports.count >= 1_000 else { return }
        for fault in Fault.allCases {
            #expect(reports.contains { $0.struck(fault) > 0 }, "\(fault) never struck: these runs say nothing about it")
        }
        let total = { (part: KeyPath<SimulationReport.Counts, Int>) in reports.reduce(0) { $0 + $1.counts[keyPath: part] } }
        for (name, part) in SimulationReport.Counts.parts {
            #expect(total(part) > 0, "\(name): never, in \(reports.count) runs")
        }
    }

    /// Ten years of a machine with eight devices, a thousand times as fast; `make node-century` runs a hundred, optimised.
    @Test func tenNodeYearsLoseNothing() async {
        let reports = await Self.run(1...10) { SimulationOptions(nodeYear: $0) }
        for report in reports { if let violation = report.violation { Issue.record("\(violation)") } }
        let closed = reports.reduce(0) { $0 + $1.counts.closed }, out = reports.reduce(0) { $0 + $1.counts.quarantined }
        let back = reports.reduce(0) { $0 + $1.counts.released }
        print("ten node-years: \(closed) leases, \(out) times a device left the pool, \(back) times one came back")
        #expect(closed > 500 && out > 10 && back > 10)
    }

    /// One task for each core's worth of seeds: a run itself is single-threaded.
    static func run(
        _ seeds: ClosedRange<UInt64>,
        _ options: @escaping @Sendable (UInt64) -> SimulationOptions = { SimulationOptions(seed: $0) }
    ) async -> [SimulationReport] {
        let tasks = UInt64(max(1, ProcessInfo.processInfo.activeProcessorCount))
        let reports = await withTaskGroup(of: [SimulationReport].self) { group in
            for first in 0..<tasks {
                group.addTask {
                    seeds.filter { $0 % tasks == first }.map { Simulation(seed: $0, options: options($0)).run() }
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        return reports.sorted { $0.seed < $1.seed }
    }

    private static func printTable(_ reports: [SimulationReport]) {
        print("\(reports.count) runs:")
        for (name, part) in SimulationReport.Counts.parts { row(name, reports.reduce(0) { $0 + $1.counts[keyPath: part] }) }
        print("how often each fault struck:")
        for fault in Fault.allCases { row("\(fault)", reports.reduce(0) { $0 + $1.struck(fault) }) }
    }

    private static func row(_ name: String, _ count: Int) {
        print("  " + name.padding(toLength: 24, withPad: " ", startingAt: 0) + " \(count)")
    }
}
