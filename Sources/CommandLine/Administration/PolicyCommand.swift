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
            Your team's guaranteed GPUs are yours first. Anything spare goes to whoever has used least lately, and a request \
            that doesn't fit may be passed by others until it has waited a set time. From then on it comes before those who have \
            waited less, and GPUs are held for it.
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
            let policy =
                body == PolicyView()
                ? try await client.get("/v1/policy", as: PolicyView.self)
                : try await client.send(.patch, "/v1/policy", body, as: PolicyView.self)
            try output.show(policy, policy.table, csv: .fields)
        }
    }

    package mutating func validate() throws { _ = try change() }

    /// What was named; the rest stays as it is.
    private func change() throws -> PolicyView {
        var change = PolicyView(
            defaultTimeSeconds: try defaultTime.map(Self.seconds), longestTimeSeconds: try longest.map(Self.seconds),
            holdAfterSeconds: try holdAfter.map(Self.seconds), usageHalfLifeSeconds: try halfLife.map(Self.seconds),
            graceSeconds: try grace.map(Self.seconds), waitingLimit: waitingLimit)
        change.currency = currency?.uppercased()
        if electricityPrice == "none" {
            change.noElectricityPrice = true
        } else if let electricityPrice {
            guard let price = Double(electricityPrice), price.isFinite, (0...1_000_000).contains(price) else {
                throw ValidationError("“\(electricityPrice)” is no price for a kWh; write 0.30, or none.")
            }
            change.electricityPrice = price
        }
        return change
    }

    private static func seconds(_ text: String) throws -> Double {
        if text == "0" { return 0 }
        do throws(TimeSpan.ParseError) { return Double(try TimeSpan(parsing: text).milliseconds) / 1_000 } catch {
            throw ValidationError(error.words("time"))
        }
    }
}

extension PolicyView {
    fileprivate var table: Table {
        func span(_ seconds: Double?) -> String {
            TimeSpan(milliseconds: Int64((seconds ?? 0) * 1_000)).text
        }
        return Table(
            ["RULE", "VALUE", "SET WITH"],
            [
                ["a lease lasts", span(defaultTimeSeconds), "--default 12h"],
                ["a lease lasts at most", span(longestTimeSeconds), "--longest 7d"],
                ["GPUs are held after waiting", span(holdAfterSeconds), "--hold-after 6h"],
                ["usage counts half after", span(usageHalfLifeSeconds), "--half-life 24h"],
                ["grace before work is ended by force", span(graceSeconds), "--grace 60s"],
                ["a user's requests that may wait", "\(waitingLimit ?? 0)", "--waiting-limit 1000"],
                [
                    "a kWh of electricity costs",
                    electricityPrice.map { "\($0.sixDigits) \(currency ?? "")" } ?? "not set",
                    "--electricity-price 0.30 --currency EUR",
                ],
            ], whenEmpty: "")
    }
}
