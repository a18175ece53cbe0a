package import ArgumentParser
import FleetModel
import WireClient
import WireModel

/// `carrel reserve`: claims on future GPUs.
package struct ReserveCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "reserve", abstract: "Reserve GPUs for a time to come; list and cancel reservations.",
        usage: """
            carrel reserve
            carrel reserve GPUS --from TIME --for SPAN [--team TEAM | --user USER] [--name NAME]
            carrel reserve --cancel ID
            """,
        discussion: """
            A reservation is accepted only when it can be kept, beside other reservations and by the ends of leases. Nobody gets \
            a lease that would reach into it. Work runs under it with carrel run --reservation ID, and ends with it at the \
            latest. If nobody uses it for the policy's grace after its start, it lapses. Who may reserve, for how long and how \
            far ahead, carrel policy says.

            TIME is 14:00 (the next one), tomorrow 9:00, 2026-11-22T09:00, 2h (from now) or now, in the time zone of this terminal.

            Examples:
              carrel reserve 2 --from 14:00 --for 2h --team vision
              carrel reserve a100:4 --from "tomorrow 9:00" --for 8h --name course
            """)

    @Argument(help: "How many GPUs and which, all on one node: 2, a100:2, 24GB..:1.")
    package var gpus: String?

    @Option(parsing: .unconditional, help: "When it begins: 14:00, \"tomorrow 9:00\", 2026-11-22T09:00, 2h (from now), now.")
    package var from: String?

    @Option(name: .customLong("for"), parsing: .unconditional, help: "How long it lasts: 2h, 1d.")
    package var span: String?

    @Option(help: "For everybody in this team.")
    package var team: String?

    @Option(help: "For this user; without --team and --user for yourself.")
    package var user: String?

    @Option(help: "What lists show.")
    package var name: String?

    @Option(parsing: .unconditional, help: "Give up the reservation with this number.")
    package var cancel: Int64?

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func validate() throws { _ = try body() }

    package mutating func run() async throws {
        let body = try body()
        try await Exit.with(server) { client in
            if let cancel {
                try output.show(try await client.send(.delete, "/v1/reservations/\(cancel)", nil, as: ReservationList.self))
            } else if let body {
                try output.show(made: try await client.send(.post, "/v1/reservations", body, as: ReservationView.self))
            } else {
                try output.show(try await client.get("/v1/reservations", as: ReservationList.self))
            }
        }
    }

    /// nil: nothing is to be reserved.
    private func body() throws -> NewReservationBody? {
        try GivenValue.check(from, of: "--from", example: "14:00")
        try GivenValue.check(span, of: "--for", example: "2h")
        let isNew = gpus != nil || from != nil || span != nil || team != nil || user != nil || name != nil
        if let cancel {
            if isNew { throw ValidationError("--cancel goes alone: carrel reserve --cancel \(cancel)") }
            if cancel < 1 { throw ValidationError("--cancel \(cancel): numbers of reservations start at 1.") }
        }
        guard isNew else { return nil }
        if gpus == "list" { throw ValidationError("`carrel reserve` alone lists the reservations.") }
        if gpus == "cancel" {
            throw ValidationError("To give one up: carrel reserve --cancel ID; `carrel reserve` lists them.")
        }
        guard let gpus else { throw ValidationError("How many GPUs? carrel reserve 2 --from 14:00 --for 2h") }
        guard let from, let span else {
            throw ValidationError("A reservation needs --from and --for: carrel reserve \(gpus.shown) --from 14:00 --for 2h")
        }
        if team != nil, user != nil { throw ValidationError("Choose one of --team and --user.") }
        let moment = try Self.moment(from)
        do throws(TimeSpan.ParseError) { _ = try TimeSpan(parsing: span) } catch {
            throw ValidationError(error.words("length of time for --for"))
        }
        return NewReservationBody(
            gpus: gpus, startsAt: moment.wire.at, startsInSeconds: moment.wire.inSeconds, time: span, user: user, team: team,
            name: name)
    }

    static func moment(_ text: String) throws -> Moment {
        // 2h is two hours from now; a bare number may mean an hour of the day.
        if text.last?.isLetter == true, let span = try? TimeSpan(parsing: text) { return .fromNow(span) }
        do throws(Moment.ParseError) { return try Moment(parsing: text, now: Moment.now) } catch {
            throw ValidationError(error.words)
        }
    }
}

extension OutputOptions {
    fileprivate func show(_ list: ReservationList) throws {
        let rows = list.reservations.map { view in
            [
                "\(view.id)", view.owner, view.asked, LocalTime.text(view.startsAt), LocalTime.text(view.endsAt),
                view.node ?? "", view.state, view.name,
            ]
        }
        try show(
            list,
            Table(
                ["ID", "FOR", "GPUS", "FROM", "UNTIL", "NODE", "STATE", "NAME"], rows,
                whenEmpty: "Nothing is reserved. Reserve GPUs with:\n  carrel reserve 2 --from 14:00 --for 2h",
                dispensable: ["NAME", "NODE"]),
            csv: .list(
                "reservations",
                columns: [
                    "id", "user", "team", "by", "name", "gpus", "asked", "startsAt", "endsAt", "state", "node", "devices",
                    "lapsesAt", "trouble",
                ]))
        guard !isData else { return }
        for view in list.reservations where view.trouble != nil {
            let words = "Reservation \(view.id): \(view.trouble ?? "")"
            Terminal.write(Wrapping.wrapped(words, width: Terminal.width(of: 1)) + "\n")
        }
    }

    fileprivate func show(made view: ReservationView) throws {
        let words =
            "Reservation \(view.id): \(view.words), in the time zone of this terminal (\(Moment.zone(at: view.startsAt))). "
            + "Work runs under it with: carrel run --reservation \(view.id) -- PROGRAM"
        try show(view, Table([""], [[words]], whenEmpty: ""), csv: .fields)
    }
}

extension ReservationView {
    var owner: String { team.map { "team \($0)" } ?? user ?? "" }

    /// `2 GPUs on n1 are reserved for team vision from 14:00 to 16:00`.
    var words: String {
        "\(gpus.counted("GPU"))\(node.map { " on \($0)" } ?? "") \(gpus == 1 ? "is" : "are") reserved for \(owner)"
            + " from \(LocalTime.moment(startsAt)) to \(LocalTime.moment(endsAt))"
    }
}
