import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Glibc
import Testing

@testable import LocalEngine

/// Files that belong to the work, and what their owner may do with them, hold the launcher up no more than anything else.
struct LeaseOnLogTests {
    /// Self.setLease, which the C library keeps from Swift.
    private static let setLease: Int32 = 1_024

    @Test func aLeaseOnALogIsNotWaitedFor() async throws {
        try await withBench(.root, options: ["--log-keep", "4096"]) { bench in
            let key = try await bench.launch(["sh", "-c", "seq 1000"])
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            // The kernel tells its holder by a signal that the lease shall end, and otherwise waits 45 s for it.
            signal(SIGIO, SIG_IGN)
            let log = open(AttemptFolder(path: "\(bench.data)/attempts/\(key)").file(.out), O_RDWR | O_CLOEXEC)
            defer { close(log) }
            try #require(log >= 0 && fcntl(log, Self.setLease, F_WRLCK) == 0, "no lease: \(errno)")
            let began = ContinuousClock.now
            do {
                _ = try await bench.engine.readOutput(key, .standardOutput, from: 0, limit: 100)
                Issue.record("the log was opened beside a lease")
            } catch {}
            // All else goes on.
            let other = try await bench.launch(bench.order(["true"], lease: 2))
            #expect(try await bench.outcome(of: other) == .exited(code: 0))
            #expect(ContinuousClock.now - began < .seconds(25))
            try #require(fcntl(log, Self.setLease, F_UNLCK) == 0)
            #expect(try await bench.text(key).hasPrefix("1\n2\n"))
        }
    }

    @Test func aPipeOrALinkInTheLogsPlaceIsNotOpened() throws {
        let path = try Bench.makeFolder(.root)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folder = AttemptFolder(path: path)
        try #require(mkfifo(folder.file(.out), 0o600) == 0)
        try #require(symlink("/etc/passwd", folder.file(.err)) == 0)
        for file in [AttemptFolder.File.out, .err] {
            #expect(throws: SystemFailure.self) { _ = try folder.openShared(file, O_RDONLY) }
            #expect(throws: SystemFailure.self) { _ = try folder.openShared(file, O_WRONLY) }
        }
        try Data("x".utf8).write(to: URL(filePath: folder.file(.progress)))
        #expect(try folder.openShared(.progress, O_RDONLY).readSome() == Array("x".utf8))
    }
}
