package import ArgumentParser
package import CommandLine
import Foundation
import LedgerStore
import LocalEngine
import WireClient
import WireModel

/// `carrel doctor`: the state of store, sandbox, devices and clock, in words.
package struct DoctorCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Say how the server, its store, sandbox, devices and clock are.",
        discussion: """
            Exits 0 when nothing is bad, 1 when something is, 69 when no server answers.

            --repair mends what can be mended without losing an event, while no server runs: rights, leftovers, indexes, \
            checkpoints and records, all of which follow from the log of events. What it can't mend needs a backup.
            """)

    @Flag(help: "Also replay the whole log and compare it with the state; takes a while on a large one.")
    package var deep = false

    @Flag(help: "Mend what can be mended safely; no server may run meanwhile.")
    package var repair = false

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        if repair { return try await mend() }
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

    private func mend() async throws {
        let rights = FolderRights(of: Offline.folder(server.dataDirectory))
        let maintenance = try Offline.hold(server.dataDirectory)
        let set = rights.changes
        try Offline.become(maintenance)
        let done: [String]
        do throws(StoreError) { done = try await LedgerStore.repair(at: maintenance.directory.serverFolder) } catch {
            throw Offline.failure((set + ["\(error)"]).joined(separator: "\n"), code: 1)
        }
        let report = RepairReport(set + done)
        if output.isData {
            let rows = report.repairs.map { [$0.words] }
            try output.show(
                report, Table([""], rows, whenEmpty: report.words), csv: .list("repairs", columns: ["words"]))
        } else {
            for repair in report.repairs { print(repair.words) }
            print(report.words)
        }
    }
}
