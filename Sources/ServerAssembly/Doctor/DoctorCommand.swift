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

            --gpu-stack looks at driver, CUDA, cuDNN and framework as a program in this place finds them, and asks no server: \
            carrel run --env torch -- carrel doctor --gpu-stack
            """)

    @Flag(help: "Also replay the whole log and compare it with the state; takes a while on a large one.")
    package var deep = false

    @Flag(help: "Mend what can be mended safely; no server may run meanwhile.")
    package var repair = false

    @Flag(help: "Why doesn't my GPU work? Driver, CUDA, cuDNN and framework as seen from here, with what to do.")
    package var gpuStack = false

    @Option(help: "With --gpu-stack: the environment to look at, a name or a folder; else the one that this runs in.")
    package var env: String?

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func validate() throws {
        if gpuStack, deep || repair { throw ValidationError("--gpu-stack goes with neither --deep nor --repair.") }
        if env != nil, !gpuStack { throw ValidationError("--env goes with --gpu-stack.") }
    }

    package mutating func run() async throws {
        if gpuStack { return try await showStack() }
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

    private func showStack() async throws {
        let report = StackReport(try await StackReport.folder(env, server))
        let rows = report.findings.map { [$0.subject, $0.state, $0.words + ($0.next.map { " — " + $0 } ?? "")] }
        try output.show(
            report, Table(["WHAT", "STATE", ""], rows, whenEmpty: "Nothing was looked at."),
            csv: .list("findings", columns: ["subject", "state", "words", "cause", "next"]))
        if report.state == "bad" { throw ExitCode(1) }
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
