package import ArgumentParser
import FleetModel
import WireClient
import WireModel

/// `carrel ps`: requests and leases.
package struct PsCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "ps", abstract: "List requests that wait and leases that run; --all adds those that are over.",
        usage: "carrel ps [options]",
        discussion: "Newest first; carrel queue has those that wait in the order of their turns.")

    @Flag(name: .shortAndLong, help: "Also what is over.")
    package var all = false

    @Option(help: "Only this user's.")
    package var user: String?

    @Option(parsing: .unconditional, help: "At most so many, and at most 1000.")
    package var limit = 100

    @Option(parsing: .unconditional, help: "Only numbers below this one: the next page.")
    package var before: Int64?

    @OptionGroup package var watching: WatchOptions
    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func validate() throws {
        guard limit > 0 else {
            throw ValidationError("--limit \(limit) would list nothing; it is how many to list at most, from 1 to 1000.")
        }
        if let before, before < 1 { throw ValidationError("--before \(before): numbers of requests start at 1.") }
    }

    /// Names what was looked for: nothing of one user's is not nothing at all.
    private var whenEmpty: String {
        guard user != nil || before != nil else { return all ? "There are no requests." : "Nothing waits and nothing runs." }
        let what = (user.map { " of user \($0)" } ?? "") + (before.map { " with a number below \($0)" } ?? "")
        let names = user == nil ? "" : " Users are called as the column USER shows them."
        return (all ? "There is no request\(what)." : "Nothing\(what) waits or runs; --all adds what is over.") + names
    }

    package mutating func run() async throws {
        var path = "/v1/requests?limit=\(limit)" + (all ? "&all=1" : "")
        if let user { path += "&user=\(user.percentEscaped())" }
        if let before { path += "&before=\(before)" }
        try await Exit.with(server) { client in
            try await watching.repeating {
                let list = try await client.get(path, as: RequestList.self)
                try output.show(
                    list, RequestTable.table(list.requests, whenEmpty: whenEmpty),
                    csv: RequestTable.csv)
                if !output.isData, let next = list.next {
                    Terminal.write("There are older ones: carrel ps\(all ? " --all" : "") --before \(next)\n")
                }
            }
        }
    }
}

/// `carrel queue`: who waits and for what.
package struct QueueCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "Show who waits and for what; carrel why ID explains.",
        discussion: """
            In the order in which GPUs are offered, the next one first. A request that doesn't fit into what is free may be \
            passed by others below it. TAKES BACK: the leases that are being taken back for a request, since its team's guarantee \
            covers it.
            """)

    @OptionGroup package var watching: WatchOptions
    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        try await Exit.with(server) { client in
            try await watching.repeating {
                let list = try await client.get("/v1/queue", as: RequestList.self)
                let rows = list.requests.map { view in
                    [
                        "\(view.id)", view.user, view.team, view.name, view.asked, LocalTime.text(view.submittedAt),
                        view.takesBack.map { $0.map(String.init).joined(separator: " ") } ?? "",
                    ]
                }
                try output.show(
                    list,
                    Table(
                        ["ID", "USER", "TEAM", "NAME", "WANTS", "SINCE", "TAKES BACK"], rows, whenEmpty: "Nobody waits.",
                        dispensable: ["TEAM"]),
                    csv: RequestTable.csv)
                guard !output.isData else { return }
                for view in try await client.get("/v1/reservations", as: ReservationList.self).reservations {
                    let words = "\(view.words) (reservation \(view.id), \(view.state))."
                    Terminal.write(Wrapping.wrapped(words, width: Terminal.width(of: 1)) + "\n")
                }
            }
        }
    }
}

enum RequestTable {
    static let csv = CSVForm.list(
        "requests",
        columns: [
            "id", "user", "team", "name", "kind", "state", "gpus", "asked", "durationSeconds", "submittedAt", "lease.node",
            "lease.devices.uuid", "lease.cores", "lease.memoryBytes", "lease.grantedAt", "lease.startedAt", "lease.endsAt",
            "lease.endedAt", "lease.attempt", "lease.contact", "lease.idle.since", "lease.idle.releaseAt",
            "lease.idle.keptUntil", "exitCode", "endedBy", "words", "progress.percent",
            "lease.reclaim.forRequest", "lease.reclaim.endsAt", "takesBack", "requeueOf", "requeuedAs",
        ])

    static func table(_ views: [RequestView], whenEmpty: String) -> Table {
        let rows = views.map { view in
            [
                "\(view.id)", view.user, view.name,
                view.shownState + (view.progress?.percent.map { " \($0) %" } ?? ""), "\(view.gpus)",
                LocalTime.text(view.submittedAt),
                view.isOver ? LocalTime.text(view.lease?.endedAt) : LocalTime.text(view.lease?.endsAt),
                view.shownExitCode.map { "\($0)" } ?? "", view.shownEnd ?? "",
            ]
        }
        return Table(
            ["ID", "USER", "NAME", "STATE", "GPUS", "SUBMITTED", "UNTIL", "EXIT", "ENDED BY"], rows, whenEmpty: whenEmpty,
            dispensable: ["GPUS", "SUBMITTED"])
    }
}

extension RequestView {
    /// With a word where nobody uses it, where it is being taken back, and where it waits again.
    var shownState: String {
        if let reclaim = lease?.reclaim, ["starting", "running"].contains(state) {
            return "\(state), taken back for \(reclaim.forRequest)"
        }
        if let next = requeuedAs { return "\(state), again as \(next)" }
        if state == "waiting", let requeueOf { return "waiting again for \(requeueOf)" }
        return state == "running" && lease?.idle?.since != nil ? "running, idle" : state
    }

    /// nil also for what was cancelled while it waited: nothing ran that could have had a code.
    var shownExitCode: Int32? { state == "cancelled" ? nil : exitCode }

    /// What ended it. Work that a signal ended has not finished: its code tells, by what shells agreed on.
    var shownEnd: String? {
        switch (endedBy, exitCode) {
        case ("finished", 130): "interrupted"
        case ("finished", 134): "aborted"
        case ("finished", 137): "killed"
        case ("finished", 139): "crashed"
        case ("finished", 143): "terminated"
        default: endedBy?.asWords
        }
    }
}

extension String {
    /// A key of the JSON, for people: `launchFailed` is `launch failed`.
    var asWords: String {
        reduce(into: "") { words, letter in words += letter.isUppercase ? " " + letter.lowercased() : String(letter) }
    }
}
