import CLinux
import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Glibc
import Testing

@testable import LocalEngine

struct StorageTests {
    /// A data directory on a file system of its own, of `bytes`.
    private func withSmallDisk(
        _ bytes: Int, flags: UInt = 0, options: [String] = [], _ body: (Bench) async throws -> Void
    ) async throws {
        let folder = try Bench.makeFolder(.root)
        let mounted = mount("carrel-test", folder, "tmpfs", flags, "size=\(bytes),mode=755")
        try #require(mounted == 0, "no small file system: \(errno)")
        let bench = try await Bench(.root, options: options, folder: folder)
        defer {
            umount2(folder, Int32(MNT_DETACH))
            rmdir(folder)
        }
        do {
            try await body(bench)
            await bench.close()
        } catch {
            await bench.close()
            throw error
        }
    }

    /// Fills what is free but for `left` bytes.
    private func fill(_ bench: Bench, leaving left: Int64) throws {
        let file = open("\(bench.folder)/ballast", O_WRONLY | O_CREAT, 0o600)
        defer { close(file) }
        let size = Files.freeBytes(bench.folder) - left
        try #require(posix_fallocate(file, 0, off_t(size)) == 0)
    }

    @Test func whereNoDeviceCanBeOpenedWorkWithOneIsToldSo() async throws {
        let nodes = try Bench.makeFolder(.root)
        defer { try? FileManager.default.removeItem(atPath: nodes) }
        let folder = open(nodes, O_RDONLY | O_DIRECTORY)
        for (name, minor) in [("nvidia0", UInt32(7)), ("nvidiactl", 3)] {
            try #require(linux_make_device(folder, name, false, 1, minor, 0) == 0)
        }
        close(folder)
        let device = Device(key: DeviceKey("GPU-0"), model: "NVIDIA Test", memory: .gibibytes(1), minor: 0)
        try await withSmallDisk(8 << 20, flags: UInt(MS_NODEV), options: ["--device-folder", nodes]) { bench in
            let key = try await bench.launch(bench.order(["true"], devices: [device]))
            guard case .launchFailed(.sandbox(let detail)) = try await bench.outcome(of: key) else {
                Issue.record("it was launched with a node that can't be opened")
                return
            }
            #expect(detail.contains("(nodev)"), "\(detail)")
            let without = try await bench.launch(bench.order(["true"], lease: 2))
            #expect(try await bench.outcome(of: without) == .exited(code: 0))
        }
    }

    @Test func aFullDiskTakesNoAttemptInAndKeepsNothingOfIt() async throws {
        try await withSmallDisk(4 << 20) { bench in
            try fill(bench, leaving: 0)
            do {
                try await bench.launch(["true"])
                Issue.record("it was taken in")
            } catch EngineError.storageFull {}
            #expect(try await bench.engine.list().isEmpty)
            #expect(Files.names(in: "\(bench.data)/attempts").isEmpty)
            // With room again, the same attempt can be launched.
            unlink("\(bench.folder)/ballast")
            let key = try await bench.launch(["sh", "-c", "exit 4"])
            #expect(try await bench.outcome(of: key) == .exited(code: 4))
        }
    }

    @Test func aTerminalWaitsForAFullDiskAndLosesNothing() async throws {
        try await withSmallDisk(8 << 20) { bench in
            let size = try #require(TerminalSize(rows: 24, columns: 80))
            let script = "stty raw -echo; echo ready; read x; seq 100000; echo done"
            let key = try await bench.launch(
                bench.order(["sh", "-c", script], terminal: WorkTerminal(size: size, isShell: false)))
            _ = try await eventually("it is ready") { try await bench.text(key).contains("ready") ? true : nil }
            try fill(bench, leaving: 64 << 10)
            _ = try await bench.engine.type(key, writer: 1, offset: 0, bytes: [10])
            _ = try await eventually("the disk is full") { Files.freeBytes(bench.folder) == 0 ? true : nil }
            #expect(try await bench.phase(of: key) == .running)
            // carrel-init still does all else.
            #expect(try await bench.engine.resize(key, to: size, redraw: true) == size)
            unlink("\(bench.folder)/ballast")
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            let numbers = (1...100_000).map { "\($0)\n" }.joined()
            #expect(try await bench.text(key) == "ready\n\(numbers)done\n")
        }
    }

    @Test func whatEndsOnAFullDiskIsRecordedAllTheSame() async throws {
        try await withSmallDisk(4 << 20) { bench in
            let key = try await bench.launch(
                bench.order(["sh", "-c", "cat >/dev/null; echo lost; exit 6"], takesInput: true))
            try await bench.untilRunning(key)
            try fill(bench, leaving: 0)
            _ = try await bench.engine.writeInput(key, offset: 0, bytes: [], end: true)
            #expect(try await bench.outcome(of: key) == .exited(code: 6))
            bench.killLauncher()
            try await bench.restart()
            #expect(try await bench.outcome(of: key) == .exited(code: 6))
            try await bench.engine.forget(key)
            #expect(try await bench.engine.list().isEmpty)
        }
    }
}
