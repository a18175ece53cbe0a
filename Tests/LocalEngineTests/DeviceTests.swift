import CLinux
import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Glibc
import Testing

@testable import LocalEngine

/// With nodes that look like a driver's and are the machine's /dev/zero and its kin.
struct DeviceTests {
    private struct Nodes {
        let folder: String

        /// nvidia0 … are zero (1:5), nvidiactl is null.
        init(_ count: Int) throws {
            folder = try Bench.makeFolder(.root)
            let open = Glibc.open(folder, O_RDONLY | O_DIRECTORY)
            defer { close(open) }
            for index in 0..<count { try #require(linux_make_device(open, "nvidia\(index)", false, 1, 5, 0) == 0) }
            try #require(linux_make_device(open, "nvidiactl", false, 1, 3, 0) == 0)
            chmod("\(folder)/nvidiactl", 0o666)
        }

        func device(_ minor: Int) -> Device {
            Device(key: DeviceKey("GPU-\(minor)"), model: "NVIDIA Test", memory: .gibibytes(1), minor: minor)
        }

        func remove() { try? FileManager.default.removeItem(atPath: folder) }
    }

    @Test func theWorkSeesTheLeasedNodesAsItsOwnAndNoOthers() async throws {
        let nodes = try Nodes(3)
        defer { nodes.remove() }
        try await withBench(.root, options: ["--device-folder", nodes.folder]) { bench in
            let script = """
                ls /dev | grep nvidia | tr '\\n' ' '; stat -c '%u %a' /dev/nvidia1
                head -c 3 /dev/nvidia1 | od -An -tx1; echo $CUDA_VISIBLE_DEVICES $NVIDIA_VISIBLE_DEVICES
                """
            let key = try await bench.launch(bench.order(["sh", "-c", script], devices: [nodes.device(1)]))
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            #expect(
                try await bench.text(key) == "nvidia1 nvidiactl \(bench.workUID) 600\n 00 00 00\n0 GPU-1\n")
            // The node of its own is gone with the attempt, the machine's is untouched.
            #expect(!Files.exists("\(bench.data)/attempts/\(key)/devices"))
            #expect(Files.status("\(nodes.folder)/nvidia1")?.st_uid == 0)
        }
    }

    @Test func aMissingNodeIsNamed() async throws {
        let nodes = try Nodes(1)
        defer { nodes.remove() }
        try await withBench(.root, options: ["--device-folder", nodes.folder]) { bench in
            let key = try await bench.launch(bench.order(["true"], devices: [nodes.device(5)]))
            let outcome = try await bench.outcome(of: key)
            #expect(outcome == .launchFailed(because: .deviceNodeMissing(path: "\(nodes.folder)/nvidia5")))
        }
    }

    @Test func aThreadWithATableOfItsOwnIsFoundToo() async throws {
        let nodes = try Nodes(0)
        defer { nodes.remove() }
        let folder = Glibc.open(nodes.folder, O_RDONLY | O_DIRECTORY)
        try #require(linux_make_device(folder, "nvidia0", false, 1, 11, 0) == 0)
        close(folder)
        // /dev/kmsg (1:11) stands for the device: another test holds /dev/full.
        let script = """
            import ctypes, os, threading, time
            def hold():
                assert ctypes.CDLL(None).unshare(0x400) == 0
                os.open('/dev/kmsg', os.O_RDONLY)
                print('held', flush=True)
                time.sleep(600)
            threading.Thread(target=hold).start()
            """
        let friend = Process(), said = Pipe()
        friend.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        friend.arguments = ["python3", "-c", script]
        friend.standardOutput = said
        try friend.run()
        defer { kill(friend.processIdentifier, SIGKILL) }
        try #require(said.fileHandleForReading.readData(ofLength: 4) == Data("held".utf8))
        try await withBench(.root, options: ["--device-folder", nodes.folder]) { bench in
            let key = try await bench.launch(bench.order(["true"], devices: [nodes.device(0)]))
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            let held = try await bench.engine.verify(key, devices: [nodes.device(0)])
            let check = held.first { $0.subject == .nodeReleased }?.result
            guard case .failed(let detail) = check else { throw Bench.Trouble("not found: \(String(describing: check))") }
            #expect(detail.contains("\(friend.processIdentifier)"))
        }
    }

    @Test func aHolderOfALeasedNodeIsFoundAndItsEndIsSeen() async throws {
        let nodes = try Nodes(0)
        defer { nodes.remove() }
        // A number that nothing else on the machine holds open: a spare pseudo-terminal master can't be had, so
        // /dev/full (1:7) stands for the device.
        let folder = Glibc.open(nodes.folder, O_RDONLY | O_DIRECTORY)
        try #require(linux_make_device(folder, "nvidia0", false, 1, 7, 0) == 0)
        close(folder)
        try await withBench(.root, options: ["--device-folder", nodes.folder]) { bench in
            let key = try await bench.launch(bench.order(["true"], devices: [nodes.device(0)]))
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            let holder = Glibc.open("/dev/full", O_RDWR | O_CLOEXEC)
            let held = try await bench.engine.verify(key, devices: [nodes.device(0)])
            close(holder)
            let check = held.first { $0.subject == .nodeReleased }?.result
            guard case .failed(let detail) = check else { throw Bench.Trouble("not found: \(String(describing: check))") }
            #expect(detail.contains("\(getpid())"))
            let released = try await bench.engine.verify(key, devices: [nodes.device(0)])
            // Some machines keep even root from looking into their first process.
            let secretive = Files.names(in: "/proc/1/fd").contains { Files.linkTarget("/proc/1/fd/\($0)") == nil }
            let clean =
                secretive
                ? CleanCheck.Result.notChecked(
                    reason: "1 process of root's could not be looked into, though Carrel runs as root")
                : .passed
            #expect(released.first { $0.subject == .nodeReleased }?.result == clean)
            #expect(released.map(\.subject) == [.processesGone, .nodeReleased])
        }
    }

    @Test func whatIsStillThereFailsTheCheckWithItsNumbers() async throws {
        try await withBench(.root) { bench in
            let key = try await bench.launch(["sleep", "1000"])
            try await bench.untilRunning(key)
            let checks = try await bench.engine.verify(key, devices: [bench.simulatedDevice])
            guard case .failed(let detail) = checks[0].result else { throw Bench.Trouble("passed though it runs") }
            let pid = try #require(try AttemptFolder(path: "\(bench.data)/attempts/\(key)").readIdentity()).pid
            #expect(detail.contains("\(pid)"))
            #expect(checks[1].result == .notChecked(reason: "a simulated device has none"))
            await #expect(throws: EngineError.failed(detail: "attempt 1/1 is not over")) {
                try await bench.engine.forget(key)
            }
        }
    }

    @Test func withoutADeviceOnlyTheProcessesAreLookedFor() async throws {
        try await withBench(.root) { bench in
            let key = try await bench.launch(["true"])
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            #expect(try await bench.engine.verify(key, devices: []) == [CleanCheck(.processesGone, .passed)])
        }
    }

    @Test func withoutRootTheSearchForHoldersSaysWhatItCouldNotSee() async throws {
        let nodes = try Nodes(1)
        defer { nodes.remove() }
        chmod("\(nodes.folder)/nvidia0", 0o666)
        try await withBench(.ordinary, options: ["--device-folder", nodes.folder]) { bench in
            let checks = try await bench.engine.verify(
                AttemptKey(lease: LeaseID(1), number: 1), devices: [nodes.device(0)])
            guard case .notChecked(let reason) = checks[1].result else { throw Bench.Trouble("\(checks)") }
            #expect(reason.contains("could not be looked into"))
        }
    }

    @Test func aSearchThatComesToNoEndIsMadeAgainAndAtLastSaysSo() async throws {
        let nodes = try Nodes(0), obstacle = try Obstacle()
        defer {
            nodes.remove()
            obstacle.remove()
        }
        // /dev/urandom (1:9) stands for the device, and this process holds it.
        let folder = Glibc.open(nodes.folder, O_RDONLY | O_DIRECTORY)
        try #require(linux_make_device(folder, "nvidia0", false, 1, 9, 0) == 0)
        close(folder)
        let holder = Glibc.open("/dev/urandom", O_RDONLY | O_CLOEXEC)
        defer { close(holder) }
        let options = ["--device-folder", nodes.folder, "--patience", "1000"]
        try await withBench(.root, options: options, environment: obstacle.environment) { bench in
            let key = AttemptKey(lease: LeaseID(1), number: 1), device = nodes.device(0)
            func look() async throws -> CleanCheck.Result? {
                try await bench.engine.verify(key, devices: [device]).first { $0.subject == .nodeReleased }?.result
            }
            try obstacle.raise(.processTable)
            let unchecked = try await look()
            #expect(
                unchecked
                    == .failed(
                        detail: "it can't be told who holds it: the driver did not answer, or the search through all "
                            + "processes took too long (tried 4 times)"))
            async let found = look()
            // At least one search hangs; a later one doesn't, and finds what there is to find.
            let server = try await bench.server()
            _ = try await eventually("a search hangs") {
                ProcessFacts.all().contains {
                    $0 != server && Bench.parent(of: $0) == bench.launcher.processIdentifier
                } ? true : nil
            }
            try obstacle.remove(.processTable)
            guard case .failed(let detail) = try await found else { throw Bench.Trouble("the holder was not found") }
            #expect(detail.contains("\(getpid())"))
        }
    }
}
