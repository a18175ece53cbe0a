package import ArgumentParser
import FleetModel
import Foundation
import WireClient
import WireModel

/// `carrel report energy`: by user or team, over a span.
package struct EnergyReportCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "energy", abstract: "Energy and its price, by user or team.",
        discussion: """
            Of leases that ended in the span. Energy is what the GPUs themselves tell, without the rest of the machine; a lease \
            whose energy was not measured is counted in a column of its own and never as 0. The price is the one that \
            carrel policy --electricity-price had set when each lease ended.
            """)

    @Flag(help: "By team rather than by user.")
    package var teams = false

    @Option(parsing: .unconditional, help: "How far back: 30d.")
    package var since = "30d"

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func validate() throws { _ = try span() }

    private func span() throws -> TimeSpan {
        try GivenValue.check(since, of: "--since", example: "30d")
        do throws(TimeSpan.ParseError) { return try TimeSpan(parsing: since) } catch {
            throw ValidationError(error.words("length of time for --since"))
        }
    }

    package mutating func run() async throws {
        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        let from = now + TimeSpan(milliseconds: -min(try span(), .days(36_500)).milliseconds)
        let path = "/v1/reports/energy?by=\(teams ? "team" : "user")&from=\(from.utcText)"
        try await Exit.with(server) { client in
            let report = try await client.get(path, as: EnergyReport.self)
            try output.show(
                report, report.table,
                csv: .list(
                    "entries",
                    columns: [
                        "name", "leases", "gpuSeconds", "energyJoules", "notMeasured", "costs.amount", "costs.currency",
                    ]))
        }
    }
}

extension EnergyReport {
    fileprivate var table: Table {
        func row(_ entry: Entry) -> [String] {
            let energy = entry.energyJoules.map { Energy(millijoules: Int64($0 * 1_000)).text } ?? "not measured"
            let costs = entry.costs.map {
                Cost(micros: Int64(($0.amount * 1_000_000).rounded()), currency: $0.currency).text
            }
            return [
                entry.name, "\(entry.leases)", Spans.text(entry.gpuSeconds), energy,
                entry.notMeasured == 0 ? "" : "\(entry.notMeasured)", costs.isEmpty ? "-" : costs.joined(separator: ", "),
            ]
        }
        return Table(
            [by.uppercased(), "LEASES", "GPU TIME", "ENERGY", "NOT MEASURED", "PRICE"],
            entries.map(row) + (entries.count > 1 ? [row(total)] : []),
            whenEmpty: "No lease with a GPU ended in that time.", dispensable: ["GPU TIME", "LEASES"])
    }
}

extension Double {
    /// At most six digits after the point, at least two: prices.
    var sixDigits: String {
        let micros = Int64((self * 1_000_000).rounded())
        var digits = "\(1_000_000 + micros % 1_000_000)".dropFirst()
        while digits.count > 2, digits.last == "0" { digits = digits.dropLast() }
        return "\(micros / 1_000_000).\(digits)"
    }
}
