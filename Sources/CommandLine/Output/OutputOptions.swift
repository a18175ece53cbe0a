import ArgumentParser
import Foundation

/// `--json`, `--csv`: what every verb that shows something takes.
package struct OutputOptions: ParsableArguments {
    @Flag(help: "JSON: times in UTC, memory in bytes.")
    package var json = false

    @Flag(help: "Comma-separated values: the JSON's keys and units. A text that begins like a formula gets an apostrophe.")
    package var csv = false

    package init() {}

    package mutating func validate() throws {
        if json && csv { throw ValidationError("Choose one of --json and --csv.") }
    }

    /// The answer goes to a program, not to a person.
    package var isData: Bool { json || csv }

    /// The one exhaustive choice of a form.
    package func show(_ payload: some Encodable, _ table: @autoclosure () -> Table, csv form: CSVForm) throws {
        if json {
            try Self.showJSON(payload)
        } else if csv {
            Terminal.write(try CSV.text(payload, form))
        } else {
            Terminal.write(table().text(width: Terminal.width(of: 1)))
        }
    }

    static func showJSON(_ payload: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        Terminal.write(String(decoding: try encoder.encode(payload), as: UTF8.self) + "\n")
    }
}
