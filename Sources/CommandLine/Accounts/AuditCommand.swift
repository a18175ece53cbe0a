package import ArgumentParser
import FleetModel
import WireClient
import WireModel

/// `carrel audit`: who did what.
package struct AuditCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Show who did what, when and from where; for administrators.",
        discussion: """
            Every request that changes something, and every sign-in, done or refused, newest first. Kept as long as events are.

            Examples:
              carrel audit --act account
              carrel audit --user alice --csv
            """)

    @Option(help: "Only what this user did.")
    package var user: String?

    @Option(help: "Only such acts: request, request.create, session, account, token, device, node …")
    package var act: String?

    @Option(parsing: .unconditional, help: "How many to show.")
    package var limit: Int = 100

    @Option(parsing: .unconditional, help: "Only what was before this number.")
    package var before: Int64?

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func validate() throws {
        guard (1...1_000).contains(limit) else { throw ValidationError("--limit is a number from 1 to 1000.") }
    }

    package mutating func run() async throws {
        var query = "?limit=\(limit)"
        if let user { query += "&user=\(user.percentEscaped())" }
        if let act { query += "&act=\(act.percentEscaped())" }
        if let before { query += "&before=\(before)" }
        try await Exit.with(server) { client in
            let list = try await client.get("/v1/audit" + query, as: AuditList.self)
            let rows = list.entries.map { entry in
                [
                    "\(entry.id)", LocalTime.text(entry.at), entry.user ?? "nobody", entry.act, entry.subject ?? "",
                    entry.status < 400 ? "done" : "refused (\(entry.status))",
                    entry.address.isEmpty ? entry.door : "\(entry.door) \(entry.address)",
                ]
            }
            try output.show(
                list,
                Table(
                    ["ID", "WHEN", "WHO", "ACT", "WHAT", "OUTCOME", "FROM"], rows,
                    whenEmpty: "Nothing that is kept fits.", dispensable: ["ID"]),
                csv: .list("entries", columns: ["id", "at", "user", "door", "address", "act", "subject", "status"]))
            if !output.isData, let next = list.next { Exit.say("There is more: carrel audit --before \(next)") }
        }
    }
}
