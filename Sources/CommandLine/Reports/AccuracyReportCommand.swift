package import ArgumentParser
import FleetModel
import Foundation
import WireClient
import WireModel

/// `carrel report accuracy`: what was expected of work, beside what happened.
package struct AccuracyReportCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "accuracy", abstract: "How near forecasts of memory, time and energy came to what happened.",
        discussion: """
            A forecast is made when work is asked for: from what --fit says of it or, once the same command has run in the same \
            folder, from its newest runs. It is compared with what was measured, where the work ended with exit code 0; a time that \
            was over beyond the range counts as ABOVE. Errors are those of the expected amount, and one counts for 1000 % at most; \
            IN RANGE is how many lay between its bounds. The scores count everybody's work; single forecasts are listed to whose \
            work it was, and to administrators.
            """)

    @OptionGroup package var options: AccuracyOptions

    package init() {}

    package mutating func validate() throws { try options.check() }

    package mutating func run() async throws { try await options.run() }
}

/// What `carrel report accuracy` and `carrel report --accuracy` take.
package struct AccuracyOptions: ParsableArguments {
    static let usual = "30d"

    @Option(parsing: .unconditional, help: "How far back: 30d.")
    package var since = Self.usual

    @Option(parsing: .unconditional, help: "So many single forecasts at most, the newest; up to 1000.")
    package var limit = 20

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    func check() throws {
        _ = try span()
        guard (0...1_000).contains(limit) else { throw ValidationError("--limit \(limit) is not between 0 and 1000.") }
    }

    private func span() throws -> TimeSpan {
        try GivenValue.check(since, of: "--since", example: "30d")
        do throws(TimeSpan.ParseError) { return try TimeSpan(parsing: since) } catch {
            throw ValidationError(error.words("length of time for --since"))
        }
    }

    func run() async throws {
        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        let from = now + TimeSpan(milliseconds: -min(try span(), .days(36_500)).milliseconds)
        try await Exit.with(server) { client in
            let report = try await client.get(
                "/v1/reports/accuracy?from=\(from.utcText)&limit=\(limit)", as: AccuracyReport.self)
            try output.show(
                report, report.table,
                csv: .list(
                    "entries",
                    columns: [
                        "id", "user", "name", "endedAt", "quantity", "basis", "runs", "lower", "expected", "upper", "actual",
                        "error",
                    ]))
            guard !output.isData else { return }
            Terminal.write(report.afterwards)
        }
    }
}

extension AccuracyReport {
    fileprivate var table: Table {
        Table(
            ["FORECAST", "FROM", "COUNT", "MEAN ERROR", "MEDIAN", "BIAS", "IN RANGE", "ABOVE"],
            scores.map { score in
                [
                    score.quantity, score.basis == "history" ? "earlier runs" : "what was said", "\(score.forecasts)",
                    score.meanError.map(Self.percent) ?? "-", score.medianError.map(Self.percent) ?? "-",
                    score.bias.map(Self.signed) ?? "-",
                    "\(score.within) of \(score.forecasts)", "\(score.above)",
                ]
            },
            whenEmpty: notCompared + notMeasured > 0
                ? "Nothing that was forecast in that time could be compared."
                : "Nothing was forecast in that time: run the same command twice, or say what it holds with --fit.",
            dispensable: ["MEDIAN", "BIAS"])
    }

    fileprivate var afterwards: String {
        var text = ""
        if !entries.isEmpty {
            text +=
                "\n"
                + Table(
                    ["ID", "NAME", "FORECAST", "EXPECTED", "RANGE", "WAS", "ERROR"],
                    entries.map { entry in
                        [
                            "\(entry.id)", entry.name, entry.quantity, entry.words(entry.expected),
                            "\(entry.words(entry.lower)) to \(entry.words(entry.upper))", entry.words(entry.actual),
                            Self.signed(entry.error),
                        ]
                    }, whenEmpty: "", dispensable: ["RANGE"]
                ).text(width: Terminal.width(of: 1))
        }
        if !scores.isEmpty {
            let words =
                "Errors are of the expected amount, as a part of what happened: above 0, too much was expected. One counts for at most "
                + "1000 %; BIAS is their mean with its sign. ABOVE: more happened than the range says."
            text += "\n" + Wrapping.wrapped(words, width: Terminal.width(of: 1)) + "\n"
        }
        if notCompared > 0 {
            text += "\n\(notCompared) with a forecast did not end well, and can't be compared.\n"
        }
        if notMeasured > 0 {
            text += "\n\(notMeasured) with a forecast ended well, but nothing of what was forecast was measured.\n"
        }
        return text
    }

    private static func percent(_ share: Double) -> String {
        share < 9_999 ? "\(Int((share * 100).rounded())) %" : "more than 999,900 %"
    }

    private static func signed(_ share: Double) -> String {
        let text = percent(share.magnitude)
        return text == "0 %" ? text : (share > 0 ? "+" : "-") + text
    }
}

extension AccuracyReport.Entry {
    fileprivate func words(_ amount: Double) -> String {
        switch quantity {
        case "memory": MemoryBytes(Int64(min(amount, 9e15))).gibibytesText
        case "energy": Energy(millijoules: Int64(min(amount, 9e12) * 1_000)).text
        default: Spans.text(amount)
        }
    }
}
