package import ArgumentParser
import FleetModel
import WireClient
import WireModel

/// `carrel report idle`: what idle return won, or would win.
package struct IdleReportCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "idle",
        abstract: "Show which leases were returned because they were idle, and which would have been in the dry run.",
        usage: "carrel report idle [--last 7d]")

    @Option(parsing: .unconditional, help: "The span up to now: 24h, 7d.")
    package var last = "7d"

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func validate() throws {
        do throws(TimeSpan.ParseError) { _ = try TimeSpan(parsing: last) } catch {
            throw ValidationError(error.words("last"))
        }
    }

    package mutating func run() async throws {
        try await Exit.with(server) { client in
            let report = try await client.get("/v1/reports/idle?last=\(last.percentEscaped())", as: IdleReport.self)
            try output.show(report, report.table, csv: IdleReport.csv)
            if !output.isData { Terminal.write(report.summary) }
        }
    }
}

extension IdleReport {
    static let csv = CSVForm.list(
        "leases",
        columns: ["lease", "user", "team", "name", "kind", "at", "gpus", "idleSince", "gpuSeconds", "evidence"])

    var table: Table {
        let rows = leases.map { lease in
            [
                "\(lease.lease)", lease.user, lease.name, lease.kind.asWords, LocalTime.text(lease.at), "\(lease.gpus)",
                LocalTime.text(lease.idleSince), Self.hours(lease.gpuSeconds),
            ]
        }
        return Table(
            ["LEASE", "USER", "NAME", "WHAT", "AT", "GPUS", "IDLE SINCE", "GPU HOURS"], rows,
            whenEmpty: "No lease was idle for so long, from \(LocalTime.text(from)) to \(LocalTime.text(until)).",
            dispensable: ["NAME", "GPUS"])
    }

    /// What it comes to, and what would change it.
    var summary: String {
        var lines: [String] = []
        if released > 0 { lines.append("Returned: \(released); GPU hours won: \(Self.hours(gpuSecondsWon)).") }
        if wouldBeReleased > 0 {
            lines.append("Would have been returned: \(wouldBeReleased); GPU hours missed: \(Self.hours(gpuSecondsMissed)).")
        }
        switch (mode, dryRunUntil) {
        case ("off", _): lines.append("Nobody looks whether leases are used: carrel policy --idle release.")
        case ("warn", _): lines.append("Users are told, and nothing is taken: carrel policy --idle release.")
        case (_, let end?): lines.append("The dry run lasts until \(LocalTime.text(end)): until then nothing is taken.")
        default: break
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func hours(_ seconds: Double) -> String {
        (seconds / 360).rounded().isFinite ? ((seconds / 360).rounded() / 10).short : ""
    }
}
