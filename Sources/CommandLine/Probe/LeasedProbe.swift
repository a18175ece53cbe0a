import ArgumentParser
package import FleetModel
import Foundation
import WireClient
import WireModel

/// `carrel probe --gpus 1`: the server's own program measures under a lease, wherever that is, and what it found is shown here.
package struct LeasedProbe {
    package let gpus: String
    /// What the program there is told beside `probe --json`.
    package let words: [String]
    package let time: TimeSpan
    package let software: SoftwareOptions

    package init(gpus: String, words: [String], time: TimeSpan, software: SoftwareOptions) {
        self.gpus = gpus
        self.words = words
        self.time = time
        self.software = software
    }

    package func run(_ server: ServerOptions) async throws -> ProbeReport {
        var report: ProbeReport?
        try await Exit.with(server) { client in
            let run = try await ShortRun.run(try request(), at: gpus, in: nil, client)
            guard run.isDone else {
                Exit.say("Nothing was measured: \(run.end.words)")
                for line in await SessionOpener(client: client, id: run.end.id, json: false).lastWords(of: run.end) {
                    Exit.say(line)
                }
                Exit.say("All that it wrote: carrel logs \(run.end.id)")
                throw ExitCode(run.end.exitCode.flatMap { $0 == 0 ? nil : $0 } ?? 1)
            }
            report = try await Self.answer(run.end.id, client)
        }
        guard let report else {
            Exit.say(
                "What the server's Carrel measured was not understood: is it of another version? `carrel doctor` tells.")
            throw ExitCode(76)
        }
        return report
    }

    private func request() throws -> NewRequest {
        let here = try WorkHere()
        // It begins with the server's own program, which the sandbox shows there: another machine need not have this one's.
        var request = NewRequest(
            name: "probe", command: [EnvironmentPlace.program, "probe", "--json"] + words, directory: here.directory,
            environment: here.environment, gpus: gpus, time: "\(time.milliseconds / 1_000)s")
        software.add(to: &request)
        return request
    }

    /// nil: it is none.
    private static func answer(_ id: Int64, _ client: CheckoutClient) async throws -> ProbeReport? {
        var bytes = Data()
        try await client.followConsole(id, output: 0, error: 0, follow: false) { frame in
            if frame.kind == .standardOutput, bytes.count < 8 << 20 { bytes += frame.payload }
        }
        return try? JSONDecoder().decode(ProbeReport.self, from: bytes)
    }
}
