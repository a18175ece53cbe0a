package import ArgumentParser
import FleetModel
import WireClient
import WireModel

/// `carrel policy`: the rules and their numbers.
package struct PolicyCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Show the scheduling policy, or set its numbers.",
        usage: "carrel policy [options]",
        discussion: """
            Without options it shows all of them; with some it sets these, and shows what changed.

            Your team's guaranteed GPUs are yours first. Anything spare goes to whoever has used least lately, and a request \
            that doesn't fit may be passed by others until it has waited a set time. From then on it comes before those who have \
            waited less, and GPUs are held for it. What a team borrowed beyond its guarantee is taken back, after a notice, when \
            somebody whose guarantee covers it waits.
            """)

    @Option(name: .customLong("default"), parsing: .unconditional, help: "How long a lease lasts when nobody says.")
    package var defaultTime: String?

    @Option(parsing: .unconditional, help: "The longest lease.")
    package var longest: String?

    @Option(parsing: .unconditional, help: "Waiting time after which GPUs are held; 0 to hold at once.")
    package var holdAfter: String?

    @Option(parsing: .unconditional, help: "The span in which past usage counts half.")
    package var halfLife: String?

    @Option(parsing: .unconditional, help: "Between the signal that asks work to end and the one that ends it.")
    package var grace: String?

    @Option(parsing: .unconditional, help: "How many requests of one user may wait at once.")
    package var waitingLimit: Int?

    @Option(
        help:
            "GPUs that nobody uses: off (nobody looks), warn (people are told), or release (taken back after two warnings).")
    package var idle: String?

    @Option(parsing: .unconditional, help: "A lease that is not used for so long is warned.")
    package var idleAfter: String?

    @Option(parsing: .unconditional, help: "From the first warning to the second.")
    package var idleWarnAgain: String?

    @Option(parsing: .unconditional, help: "From the second warning to the return.")
    package var idleRelease: String?

    @Option(parsing: .unconditional, help: "At its start no lease counts as idle for so long.")
    package var idleStartGrace: String?

    @Option(parsing: .unconditional, help: "At first nothing is taken for so long, only reported; 0 for no dry run.")
    package var idleDryRun: String?

    @Option(parsing: .unconditional, help: "How long carrel keep holds.")
    package var keepFor: String?

    @Option(parsing: .unconditional, help: "Whether what is borrowed beyond a guarantee is taken back: on or off.")
    package var reclaim: String?

    @Option(parsing: .unconditional, help: "Between the warning and the end of a lease that is taken back; 0 for none.")
    package var reclaimNotice: String?

    @Option(parsing: .unconditional, help: "So long after its start no lease is taken back; 0 for none.")
    package var minimumRun: String?

    @Option(help: "Who may reserve GPUs: off, admins or everyone.")
    package var reservations: String?

    @Option(parsing: .unconditional, help: "The longest reservation.")
    package var reservationLongest: String?

    @Option(parsing: .unconditional, help: "How far ahead a reservation may begin.")
    package var reservationAhead: String?

    @Option(parsing: .unconditional, help: "How many GPUs may be reserved at once; none for no limit.")
    package var reservationLimit: String?

    @Option(parsing: .unconditional, help: "A reservation that nobody uses lapses so long after its start.")
    package var reservationGrace: String?

    @Option(
        name: .customLong("limit"), parsing: .unconditionalSingleValue,
        help: """
            What somebody may use at most: user=anna:gpus=4,hours=40,longest=8h, team=vision:hours=400, everybody:gpus=2 (each \
            person without limits of their own), user=anna:none, user=anna:default. It replaces all limits of theirs.
            """)
    package var limits: [String] = []

    @Option(
        help: """
            Processes on GPUs that no lease accounts for: warn (they are shown), block (no lease begins there meanwhile) \
            or kill (and they are ended).
            """)
    package var foreignProcesses: String?

    @Option(parsing: .unconditional, help: "What a kWh costs, such as 0.30, for receipts and reports; none for no price.")
    package var electricityPrice: String?

    @Option(parsing: .unconditional, help: "The currency of that price: EUR.")
    package var currency: String?

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        let body = try change()
        try await Exit.with(server) { client in
            let before = try await client.get("/v1/policy", as: PolicyView.self)
            guard body != PolicyView() else { return try output.show(before, before.table(before.rows), csv: .fields) }
            let policy = try await client.send(.patch, "/v1/policy", body, as: PolicyView.self)
            let changed = policy.rows(since: before)
            try output.show(policy, policy.table(changed), csv: .fields)
            if !output.json { for warning in policy.warnings ?? [] { Exit.say("warning: " + warning) } }
        }
    }

    package mutating func validate() throws { _ = try change() }

    /// What was named; the rest stays as it is.
    private func change() throws -> PolicyView {
        var view = PolicyView(
            defaultTimeSeconds: try Self.seconds(defaultTime, of: "--default"),
            longestTimeSeconds: try Self.seconds(longest, of: "--longest"),
            holdAfterSeconds: try Self.seconds(holdAfter, of: "--hold-after"),
            usageHalfLifeSeconds: try Self.seconds(halfLife, of: "--half-life"),
            graceSeconds: try Self.seconds(grace, of: "--grace"), waitingLimit: waitingLimit,
            reclaim: try reclaim.map(Self.isOn),
            reclaimNoticeSeconds: try Self.seconds(reclaimNotice, of: "--reclaim-notice"),
            minimumRunSeconds: try Self.seconds(minimumRun, of: "--minimum-run"))
        if let idle {
            guard FleetModel.IdleSettings.Mode(rawValue: idle) != nil else {
                throw ValidationError("--idle \(idle.shown): use off, warn or release.")
            }
            view.idleMode = idle
        }
        view.idleAfterSeconds = try Self.seconds(idleAfter, of: "--idle-after")
        view.idleWarnAgainSeconds = try Self.seconds(idleWarnAgain, of: "--idle-warn-again")
        view.idleReleaseSeconds = try Self.seconds(idleRelease, of: "--idle-release")
        view.idleStartGraceSeconds = try Self.seconds(idleStartGrace, of: "--idle-start-grace")
        view.idleDryRunSeconds = try Self.seconds(idleDryRun, of: "--idle-dry-run")
        view.keepForSeconds = try Self.seconds(keepFor, of: "--keep-for")
        try changeReservations(&view)
        if let foreignProcesses {
            guard ["warn", "block", "kill"].contains(foreignProcesses) else {
                throw ValidationError("--foreign-processes \(foreignProcesses.shown): use warn, block or kill.")
            }
            view.foreignProcesses = foreignProcesses
        }
        if !limits.isEmpty { view.limits = try limits.map { try LimitView(typed: $0) } }
        view.currency = currency?.uppercased()
        if electricityPrice == "none" {
            view.noElectricityPrice = true
        } else if let electricityPrice {
            guard let price = Double(electricityPrice), price.isFinite, (0...1_000_000).contains(price) else {
                throw ValidationError(
                    "--electricity-price “\(electricityPrice.shown)” is no price for a kWh; write 0.30, or none.")
            }
            view.electricityPrice = price
        }
        return view
    }

    private func changeReservations(_ view: inout PolicyView) throws {
        if let reservations {
            guard FleetModel.ReservationPolicy.Who(rawValue: reservations) != nil else {
                throw ValidationError("--reservations \(reservations.shown): use off, admins or everyone.")
            }
            view.reservations = reservations
        }
        view.reservationLongestSeconds = try Self.seconds(reservationLongest, of: "--reservation-longest")
        view.reservationAheadSeconds = try Self.seconds(reservationAhead, of: "--reservation-ahead")
        view.reservationGraceSeconds = try Self.seconds(reservationGrace, of: "--reservation-grace")
        if reservationLimit == "none" {
            view.noReservationLimit = true
        } else if let reservationLimit {
            guard let limit = Int(reservationLimit), limit >= 0 else {
                throw ValidationError("--reservation-limit \(reservationLimit.shown): write a number of GPUs, or none.")
            }
            view.reservationLimit = limit
        }
    }

    private static func isOn(_ text: String) throws -> Bool {
        switch text {
        case "on": return true
        case "off": return false
        default: throw ValidationError("--reclaim \(text.shown): use on or off.")
        }
    }

    private static func seconds(_ text: String?, of option: String) throws -> Double? {
        guard let text else { return nil }
        if text == "0" { return 0 }
        do throws(TimeSpan.ParseError) { return Double(try TimeSpan(parsing: text).milliseconds) / 1_000 } catch {
            throw ValidationError("\(option): \(error.words("time"))")
        }
    }
}

extension PolicyView {
    /// Numbers of a server that knows nothing of idle return are left out.
    private var idleRows: [[String]] {
        guard let idleMode else { return [] }
        func span(_ seconds: Double?) -> String { seconds.map { Spans.text($0) } ?? "never" }
        return [
            ["idle GPUs", idleMode, "--idle release"],
            ["an unused lease is warned after", span(idleAfterSeconds), "--idle-after 60m"],
            ["warned again after another", span(idleWarnAgainSeconds), "--idle-warn-again 30m"],
            ["returned after another", span(idleReleaseSeconds), "--idle-release 15m"],
            ["at its start it may rest for", span(idleStartGraceSeconds), "--idle-start-grace 30m"],
            ["at first nothing is taken for", span(idleDryRunSeconds), "--idle-dry-run 7d"],
            ["carrel keep holds for", span(keepForSeconds), "--keep-for 2h"],
        ]
    }

    /// As above.
    private var reservationRows: [[String]] {
        guard let reservations else { return [] }
        return [
            ["who may reserve GPUs", reservations, "--reservations everyone"],
            ["a reservation lasts at most", Spans.text(reservationLongestSeconds ?? 0), "--reservation-longest 7d"],
            ["it begins at most so far ahead", Spans.text(reservationAheadSeconds ?? 0), "--reservation-ahead 30d"],
            ["GPUs reserved at once, at most", reservationLimit.map { "\($0)" } ?? "all", "--reservation-limit 8"],
            ["unused it lapses after", Spans.text(reservationGraceSeconds ?? 0), "--reservation-grace 15m"],
        ]
    }

    func table(_ rows: [[String]]) -> Table {
        Table(
            ["RULE", "VALUE", "SET WITH"], rows, whenEmpty: "Nothing was changed: the policy says so already.",
            continued: ["VALUE", "SET WITH"])
    }

    /// Those that say something else than before, and those that are gone.
    fileprivate func rows(since before: PolicyView) -> [[String]] {
        let old = before.rows, new = rows, names = Set(new.map(\.[0]))
        let gone = old.filter { !names.contains($0[0]) }.map { [$0[0], "what everybody may", ""] }
        return new.filter { !old.contains($0) } + gone
    }

    var rows: [[String]] {
        func span(_ seconds: Double?) -> String {
            TimeSpan(milliseconds: Int64((seconds ?? 0) * 1_000)).text
        }
        return [
            ["a lease lasts", span(defaultTimeSeconds), "--default 12h"],
            ["a lease lasts at most", span(longestTimeSeconds), "--longest 7d"],
            ["GPUs are held after waiting", span(holdAfterSeconds), "--hold-after 6h"],
            ["usage counts half after", span(usageHalfLifeSeconds), "--half-life 24h"],
            ["grace before the end by force", span(graceSeconds), "--grace 60s"],
            ["a user's requests that may wait", "\(waitingLimit ?? 0)", "--waiting-limit 1000"],
            ["borrowed GPUs are taken back", reclaim ?? false ? "on" : "off", "--reclaim off"],
            ["notice before they are", span(reclaimNoticeSeconds), "--reclaim-notice 5m"],
            ["no lease is before it ran for", span(minimumRunSeconds), "--minimum-run 1h"],
            [
                "GPUs that others use are", foreignWords,
                "--foreign-processes block",
            ],
            [
                "a kWh of electricity costs",
                electricityPrice.map { "\($0.sixDigits) \(currency ?? "")" } ?? "not set",
                "--electricity-price 0.30 --currency EUR",
            ],
        ] + limitRows + reservationRows + idleRows
    }

    private var foreignWords: String {
        switch foreignProcesses {
        case "warn": "lent, with a warning"
        case "kill": "not lent, and freed of them by force"
        default: "not lent"
        }
    }
}
