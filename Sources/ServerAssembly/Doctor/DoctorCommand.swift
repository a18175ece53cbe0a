package import ArgumentParser
package import CommandLine
import Foundation
import WireClient
import WireModel

/// `carrel doctor`: the state of store, sandbox, devices and clock, in words.
package struct DoctorCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Say how the server, its store, sandbox, devices and clock are.",
        discussion: "Exits 0 when nothing is bad, 1 when something is, 69 when no server answers.")

    @Flag(help: "Also replay the whole log and compare it with the state; takes a while on a large one.")
    package var deep = false

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        try await Exit.with(server) { client in
            let health = try await client.get("/v1/health?deep=\(deep ? 1 : 0)", as: HealthView.self, wait: .seconds(600))
            let rows = health.findings.map { finding in
                [finding.subject, finding.state, finding.words + (finding.next.map { " — " + $0 } ?? "")]
            }
            try output.show(
                health, Table(["WHAT", "STATE", ""], rows, whenEmpty: "Nothing was looked at."),
                csv: .list("findings", columns: ["subject", "state", "words", "next"]))
            if health.state == "bad" { throw ExitCode(1) }
        }
    }
}
