import ArgumentParser
import Foundation

/// `--json`, `--csv`: what every verb that shows something takes.
package struct OutputOptions: ParsableArguments {
    @Flag(help: "JSON: times in UTC, memory in bytes.")
    package var json = false

    @Flag(help: "Comma-separated values.")
    package var csv = false

    package init() {}

    package mutating func validate() throws {
        if json && csv { throw ValidationError("Choose one of --json and --csv.") }
    }

    /// The one exhaustive choice of a form.
    package func show(_ payload: some Encodable, _ table: Table) throws {
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            Terminal.write(String(decoding: try encoder.encode(payload), as: UTF8.self) + "\n")
        } else if csv {
            Terminal.write(table.csv)
        } else {
            Terminal.write(table.text)
        }
    }
}
