import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Testing

@testable import LocalEngine

struct SpareTests {
    private func inode(_ path: String) -> UInt64? { Files.status(path).map { UInt64($0.st_ino) } }

    private func untilFurnished(_ bench: Bench) async throws -> UInt64 {
        try await eventually("a folder lies ready") {
            Files.exists("\(bench.data)/spare/format") ? self.inode("\(bench.data)/spare") : nil
        }
    }

    @Test(arguments: Bench.User.allCases) func theFolderThatLiesReadyBecomesTheNextAttempts(_ user: Bench.User) async throws
    {
        try await withBench(user) { bench in
            for lease in Int64(1)...3 {
                let ready = try await untilFurnished(bench)
                let script = "echo one; echo two >/dev/stderr; echo three >>/dev/stdout"
                let key = try await bench.launch(bench.order(["sh", "-c", script], lease: lease))
                #expect(try await bench.outcome(of: key) == .exited(code: 0))
                #expect(inode("\(bench.data)/attempts/\(lease)/1") == ready)
                #expect(try await bench.text(key) == "one\nthree\n")
                #expect(try await bench.text(key, .standardError) == "two\n")
            }
        }
    }

    @Test func whatAKilledLauncherHadReadyIsNeitherAnAttemptNorUsed() async throws {
        try await withBench(.root) { bench in
            _ = try await untilFurnished(bench)
            bench.killLauncher()
            // As torn as it can be.
            try Data("torn".utf8).write(to: URL(filePath: "\(bench.data)/spare/began"))
            try Data().write(to: URL(filePath: "\(bench.data)/spare/stranger"))
            try await bench.restart()
            #expect(try await bench.engine.list().isEmpty)
            let key = try await bench.launch(["true"])
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            #expect(!Files.exists("\(bench.data)/attempts/1/1/stranger"))
        }
    }

    @Test func withoutOneALaunchMakesItsOwn() async throws {
        try await withBench(.root) { bench in
            _ = try await untilFurnished(bench)
            try FileManager.default.removeItem(atPath: "\(bench.data)/spare")
            let key = try await bench.launch(["true"])
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            _ = try await untilFurnished(bench)
        }
    }
}
