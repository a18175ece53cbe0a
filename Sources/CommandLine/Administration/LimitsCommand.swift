package import ArgumentParser
import FleetModel
import WireClient
import WireModel

/// `carrel limits`: what one may use at most, and uses.
package struct LimitsCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "limits", abstract: "Show how much you may use at most, and how much you use.",
        usage: "carrel limits [--user NAME]",
        discussion: "An administrator sets limits with carrel policy --limit and carrel team set --limit.")

    @Option(parsing: .unconditional, help: "Of somebody else; for administrators.")
    package var user: String?

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func validate() throws { try GivenValue.check(user, of: "--user", example: "anna") }

    package mutating func run() async throws {
        let query = user.map { "?user=\($0.percentEscaped())" } ?? ""
        try await Exit.with(server) { client in
            let use = try await client.get("/v1/limits" + query, as: LimitUseView.self)
            try output.show(use, use.table, csv: .fields)
        }
    }
}

extension LimitUseView {
    var table: Table {
        func hours(_ counted: Double?) -> String { counted.map { "\(($0 * 10).rounded() / 10)" } ?? "not counted" }
        func most(_ number: Int?) -> String { number.map { "\($0)" } ?? "no limit" }
        func free(_ name: String, _ free: [FreeingView]?) -> [[String]] {
            (free ?? []).map { [name, "of these come free by \(LocalTime.moment($0.by))", "\($0.gpuHours)", ""] }
        }
        let who = user.shown, group = "team \(team.shown)"
        var rows =
            [
                [who, "GPUs at once", "\(gpusHeld)", most(gpusAtOnce)],
                [who, "GPU-hours in seven days", hours(gpuHoursCounted), most(gpuHoursAWeek)],
            ] + free(who, comesFree)
        rows.append([who, "time of one lease", "", longestLeaseSeconds.map { Spans.text($0) } ?? "as the policy says"])
        // Who is in no team shares nothing with the others, unless a limit holds for them together.
        if team != TeamName.everyone.name || teamGpusAtOnce != nil || teamGpuHoursAWeek != nil {
            rows += [
                [group, "GPUs at once", "\(teamGpusHeld)", most(teamGpusAtOnce)],
                [group, "GPU-hours in seven days", hours(teamGpuHoursCounted), most(teamGpuHoursAWeek)],
            ]
        }
        return Table(["LIMIT OF", "WHAT", "USED", "AT MOST"], rows + free(group, teamComesFree), whenEmpty: "")
    }
}
