import Foundation
import Testing

@Suite("What is no longer kept, on the real program")
struct RetentionTests {
    @Test("output that was deleted is told to be gone, with how long it is kept")
    func expiredOutput() async throws {
        try await Site.with(options: ["--keep-logs", "12d", "--logs-limit", "3GB"]) { site async throws in
            let outcome = try await site.carrel("run", "--", "echo", "once")
            #expect(outcome.code == 0 && outcome.output == "once\n")
            // As the launcher does it, when its time has come.
            let logs = "\(site.directory)/logs/1"
            try await eventually("the output has been put away") { FileManager.default.fileExists(atPath: logs + "/1/out") }
            #expect(try await site.carrel("logs", "1").output == "once\n")
            try FileManager.default.removeItem(atPath: logs)
            for command in [["logs", "1"], ["attach", "1"]] {
                let gone = try await site.carrel(command[0], command[1])
                #expect(gone.code == 1 && gone.output.isEmpty, "\(command): \(gone.code) \(gone.output)")
                let words = "The output of request 1 is no longer kept (logs are kept for 12d, up to 3 GB in all)"
                #expect(gone.errors.contains(words), "\(command): \(gone.errors)")
            }
            #expect(try await site.carrel("show", "1").code == 0)
        }
    }

    @Test("all events are exported, also when none is named to go on from")
    func export() async throws {
        try await Site.with { site async throws in
            #expect(try await site.carrel("run", "--", "true").code == 0)
            let all = try await site.carrel("export"), fromStart = try await site.carrel("export", "--after", "0")
            #expect(all.output.hasPrefix("{\"sequence\":1,") && fromStart.output.hasPrefix("{\"sequence\":1,"))
            let rest = try await site.carrel("export", "--after", "2")
            #expect(rest.output.hasPrefix("{\"sequence\":3,"))
        }
    }
}
