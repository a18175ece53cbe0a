import CLinux
import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Glibc
import Testing

@testable import LocalEngine

/// Who has devices' nodes open, told device by device. One after the other: they have the same nodes open.
@Suite(.serialized)
struct HolderTests {
    /// Nodes named as a driver's are.
    private final class Nodes {
        let folder: String

        init(_ numbers: [(major: UInt32, minor: UInt32)]) throws {
            folder = try Bench.makeFolder(.root)
            let open = Glibc.open(folder, O_RDONLY | O_DIRECTORY)
            defer { close(open) }
            for (index, number) in numbers.enumerated() {
                let (major, minor) = number
                try #require(linux_make_device(open, "nvidia\(index)", false, major, minor, 0) == 0)
            }
        }

        func device(_ minor: Int, pci: String? = nil) -> Device {
            Device(
                key: DeviceKey("GPU-\(minor)"), model: "NVIDIA Test", memory: .gibibytes(1), minor: minor, pciAddress: pci)
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }
    }

    /// Control nodes of the machine's that nobody has open, and that tell nothing: of a file system and of tunnels.
    private static let quiet: [(major: UInt32, minor: UInt32)] = [(10, 234), (10, 200)]

    private func holder(of path: String, as uid: UInt32 = 0) throws -> Process {
        let process = Process(), said = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        // The node is opened before the process becomes its user's.
        process.arguments = [
            "-c",
            "exec 5<\(path); exec setpriv --reuid \(uid) --regid \(uid) --clear-groups sh -c 'echo held; exec sleep 600'",
        ]
        process.standardOutput = said
        try process.run()
        try #require(said.fileHandleForReading.readData(ofLength: 4) == Data("held".utf8))
        return process
    }

    @Test func aHolderIsNamedAndConcernsItsDeviceAlone() async throws {
        let nodes = try Nodes(Self.quiet)
        let devices = [nodes.device(0), nodes.device(1)]
        let before = Date.now
        let process = try holder(of: "\(nodes.folder)/nvidia1")
        defer { kill(process.processIdentifier, SIGKILL) }
        try await withBench(.root, options: ["--device-folder", nodes.folder]) { bench in
            let nobody = AttemptKey(lease: LeaseID(0), number: 0)
            let checks = try await bench.engine.verify(nobody, devices: devices)
            #expect(checks.map(\.subject) == [.processesGone, .nodeReleased, .nodeReleased])
            #expect(checks.map(\.device) == [nil, devices[0].key, devices[1].key])
            #expect(!checks[1].hasFailed)
            guard case .failed(let detail) = checks[2].result else { throw Bench.Trouble("\(checks)") }
            #expect(detail.contains("process \(process.processIdentifier) (sleep of root, since 20"), "\(detail)")

            let told = try await bench.engine.holders(of: devices)
            #expect(told.holders.count == 1 && told.unknown.isEmpty)
            let found = try #require(told.holders.first)
            #expect(found.device == devices[1].key && found.pid == process.processIdentifier)
            #expect(found.user == "root" && found.command == "sleep")
            let started = Date(timeIntervalSince1970: Double(try #require(found.startedAt).milliseconds) / 1_000)
            #expect(abs(started.timeIntervalSince(before)) < 30, "\(started)")

            #expect(found.attempt == nil, "nothing that the engine runs")

            kill(process.processIdentifier, SIGKILL)
            _ = try await eventually("the node is released") {
                try await bench.engine.holders(of: devices).holders.isEmpty ? true : nil
            }
            // Of a device without a node nothing is known.
            let missing = nodes.device(7)
            #expect(try await bench.engine.holders(of: [missing]).unknown == [missing.key])
        }
    }

    @Test func workIsKnownByItsAttemptAndNothingIsProbedThatItRunsOn() async throws {
        // A node of the machine's that anybody may open and nobody keeps open.
        let nodes = try Nodes([(1, 9), (10, 200)])
        let folder = open(nodes.folder, O_RDONLY | O_DIRECTORY)
        defer { close(folder) }
        try #require(linux_make_device(folder, "nvidiactl", false, 1, 3, 0) == 0)
        chmod("\(nodes.folder)/nvidiactl", 0o666)
        let devices = [nodes.device(0), nodes.device(1)]
        try await withBench(.root, options: ["--device-folder", nodes.folder]) { bench in
            let key = try await bench.launch(
                bench.order(["sh", "-c", "exec 5</dev/nvidia0; exec sleep 600"], devices: [devices[0]]))
            var last = "nothing"
            do {
                _ = try await eventually("work is known by its attempt") {
                    let told = try await bench.engine.holders(of: devices)
                    last = "\(told) \(try await bench.engine.list())"
                    return told.holders.contains { $0.device == devices[0].key && $0.attempt == key } ? true : nil
                }
            } catch { throw Bench.Trouble(last) }
            await #expect(throws: EngineError.self) {
                _ = try await bench.engine.startHelper(.probe, words: ["exit", "key=\(devices[0].key.name)"])
            }
            let other = try await bench.engine.startHelper(.probe, words: ["exit", "key=\(devices[1].key.name)"])
            close(other.socket)
        }
    }

    @Test func aSliceIsNotBlamedForItsNeighbour() {
        let slice = DeviceKey("MIG-1"), whole = DeviceKey("GPU-1")
        let pair = HolderSearch.Pair(pid: 7, node: 3)
        var found = HolderSearch.Findings()
        found.nodes.numbers = [slice: 3, whole: 3]
        let picture = HolderPicture(found: found, holders: [(pair: pair, facts: HolderFacts(pid: 7))])
        guard case .notChecked(let reason) = picture.check(slice, sharesNode: true), case .failed = picture.check(whole)
        else {
            Issue.record("\(picture.check(slice, sharesNode: true)), \(picture.check(whole))")
            return
        }
        #expect(reason.contains("process 7"))
        let none = HolderPicture(found: found, holders: [])
        #expect(none.check(slice, sharesNode: true) == .passed)
    }

    @Test func whatIsNotKnownIsNoReasonToLendADevice() {
        let one = DeviceKey("GPU-1"), other = DeviceKey("GPU-2")
        var found = HolderSearch.Findings()
        found.nodes.numbers = [one: 3, other: 4]
        func check(_ device: DeviceKey, mayLook: Bool = true) -> CleanCheck.Result {
            HolderPicture(found: found, holders: []).check(device, mayLook: mayLook)
        }
        #expect(check(one) == .passed)
        found.crowded = [3]
        guard case .failed(let crowd) = check(one) else {
            Issue.record("a crowd was overlooked")
            return
        }
        #expect(crowd == "held open by more than 64 processes, more than are looked at each")
        #expect(check(other) == .passed)
        found.denied = 1
        guard case .notChecked(let reason) = check(other, mayLook: false), case .notChecked = check(other) else {
            Issue.record("\(check(other))")
            return
        }
        #expect(reason.contains("CAP_SYS_PTRACE"))
        found.hidden = 1
        guard case .failed = check(other), case .notChecked = check(other, mayLook: false) else {
            Issue.record("a user's hidden process was passed over")
            return
        }
        (found.denied, found.hidden, found.unread, found.firstUnread) = (0, 0, 9, [7, 8])
        guard case .failed(let unread) = check(other) else {
            Issue.record("a file was overlooked")
            return
        }
        #expect(unread.hasSuffix("open files of process 7, 8 and others can't be looked at"), "\(unread)")
    }

    /// What a search for these numbers says, a line each.
    private func scan(_ numbers: [dev_t], passing own: [pid_t] = []) throws -> [String] {
        let path = "/var/tmp/carrel-scan-\(UUID().uuidString)"
        defer { unlink(path) }
        let file = try Descriptor.open(path, O_RDWR | O_CREAT)
        linux_scan_holders(numbers, numbers.count, own, own.count, file.number)
        return try #require(Files.text(path)).split(separator: "\n").map(String.init)
    }

    @Test func aThousandDescriptorsAreOneHolder() throws {
        // The control node of loop devices tells nothing, and nobody else has it open.
        let nodes = try Nodes([(10, 237)])
        let held = (0..<900).map { _ in Glibc.open("\(nodes.folder)/nvidia0", O_RDONLY | O_CLOEXEC) }
        defer { for file in held { close(file) } }
        try #require(held.allSatisfy { $0 >= 0 })
        let number = linux_device(10, 237)
        #expect(try scan([number]).filter { $0.hasPrefix("\(getpid()) ") } == ["\(getpid()) 10 237"])
        #expect(try scan([number], passing: [getpid()]).allSatisfy { !$0.hasPrefix("\(getpid()) ") })
    }

    @Test func ofACrowdSixtyFourAreToldAndTheCheckFails() async throws {
        let nodes = try Nodes([(10, 235), (10, 256)])
        let process = Process(), said = Pipe(), input = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        // The crowd ends with its input.
        process.arguments = [
            "-c",
            "exec 3<&0 5<\(nodes.folder)/nvidia0; for i in $(seq 70); do cat <&3 >/dev/null & done; echo held; cat >/dev/null",
        ]
        process.standardOutput = said
        process.standardInput = input
        try process.run()
        defer { try? input.fileHandleForWriting.close() }
        try #require(said.fileHandleForReading.readData(ofLength: 4) == Data("held".utf8))
        let lines = try scan([linux_device(10, 235), linux_device(10, 256)])
        #expect(lines.filter { $0.hasSuffix(" 10 235") }.count == 65 && lines.contains("full 10 235"))
        #expect(!lines.contains("full 10 256"))
        try await withBench(.root, options: ["--device-folder", nodes.folder]) { bench in
            let devices = [nodes.device(0), nodes.device(1)]
            let checks = try await bench.engine.verify(AttemptKey(lease: LeaseID(0), number: 0), devices: devices)
            guard case .failed(let detail) = checks[1].result else { throw Bench.Trouble("\(checks)") }
            #expect(detail.contains("and 60 more"), "\(detail)")
            #expect(!checks[2].hasFailed)
        }
    }

    @Test func whatIsAllowedIsKnownByItsFileAndNotByItsName() {
        let allowed = AllowedHolder("nvidia-persistenced", users: ["root", "nvidia-persistenced"])
        var facts = HolderFacts(pid: 7)
        facts.command = "nvidia-persiste"
        facts.user = "root"
        #expect(!allowed.admits(facts))
        facts.program = "/usr/bin/nvidia-persistenced"
        #expect(!allowed.admits(facts))
        facts.isSystemProgram = true
        #expect(allowed.admits(facts))
        facts.user = "alice"
        #expect(!allowed.admits(facts))
        #expect(AllowedHolder("nvidia-persistenced", users: nil).admits(facts))
        facts.program = "/usr/bin/python3"
        #expect(!AllowedHolder("nvidia-persistenced", users: nil).admits(facts))
    }

    @Test func theFileOfAProcessIsLookedAtAndNotItsPath() throws {
        let folder = try Bench.makeFolder(.root)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let copy = "\(folder)/Xorg"
        try FileManager.default.copyItem(atPath: "/bin/sleep", toPath: copy)
        func facts(of path: String) throws -> HolderFacts {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: path)
            process.arguments = ["600"]
            try process.run()
            defer { kill(process.processIdentifier, SIGKILL) }
            return HolderFacts.gather(process.processIdentifier)
        }
        #expect(try facts(of: "/bin/sleep").isSystemProgram)
        #expect(try facts(of: copy).isSystemProgram)
        chown(copy, 2_345_678, 2_345_678)
        #expect(try !facts(of: copy).isSystemProgram)
        chown(copy, 0, 0)
        chmod(folder, 0o777)
        #expect(try !facts(of: copy).isSystemProgram)
        #expect(HolderFacts.gather(2_000_000_000).isGone)
    }

    private func gpu(_ folder: String, _ address: String, _ uuid: String, minor: Int) throws {
        let place = "\(folder)/gpus/\(address)"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let text = "Model: \t\t NVIDIA Test\nGPU UUID: \t \(uuid)\nDevice Minor: \t \(minor)\n"
        try text.write(toFile: "\(place)/information", atomically: true, encoding: .utf8)
    }

    @Test func aNodeIsFoundByTheDriversWordOfTheUUID() throws {
        let nodes = try Nodes([]), driver = try Bench.makeFolder(.root)
        defer { try? FileManager.default.removeItem(atPath: driver) }
        func minor(_ device: Device) -> DriverGPUs.Minor { DriverGPUs.minor(of: device, in: driver) }
        let device = nodes.device(0, pci: "0000:3b:00.0")
        #expect(minor(device) == .silent)
        try gpu(driver, "0000:3b:00.0", "GPU-0", minor: 4)
        try gpu(driver, "0000:86:00.0", "GPU-1", minor: 0)
        #expect(minor(device) == .number(4))
        // Its place is another one's now.
        try gpu(driver, "0000:3b:00.0", "GPU-9", minor: 4)
        #expect(minor(device) == .notListed)
        // Before its first use the driver knows only its place.
        try gpu(driver, "0000:3b:00.0", "GPU-????????-????", minor: 5)
        #expect(minor(device) == .number(5))
        #expect(minor(nodes.device(2)) == .notListed)
        let slice = Device(
            key: DeviceKey("MIG-1"), model: "NVIDIA Test MIG", memory: .gibibytes(1), minor: 0, pciAddress: "0000:86:00.0")
        #expect(minor(slice) == .number(0))
    }

    @Test func workGetsTheNodeThatIsItsGPUsNowOrNone() async throws {
        let nodes = try Nodes([(1, 5), (1, 5)]), driver = try Bench.makeFolder(.root)
        defer { try? FileManager.default.removeItem(atPath: driver) }
        let control = Glibc.open(nodes.folder, O_RDONLY | O_DIRECTORY)
        try #require(linux_make_device(control, "nvidiactl", false, 1, 3, 0) == 0)
        close(control)
        try gpu(driver, "0000:3b:00.0", "GPU-0", minor: 1)
        let options = ["--device-folder", nodes.folder, "--driver-folder", driver]
        try await withBench(.root, options: options) { bench in
            // The order says 0, as it was before the driver was loaded anew.
            let key = try await bench.launch(bench.order(["sh", "-c", "ls /dev | grep nvidia"], devices: [nodes.device(0)]))
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            #expect(try await bench.text(key) == "nvidia1\nnvidiactl\n")
            let lost = try await bench.launch(bench.order(["true"], lease: 2, devices: [nodes.device(1)]))
            // Two slices of one GPU have its node together.
            let slices = ["MIG-1", "MIG-2"].map {
                Device(
                    key: DeviceKey($0), model: "NVIDIA Test MIG", memory: .gibibytes(1), minor: 0, pciAddress: "0000:3b:00.0"
                )
            }
            let both = try await bench.launch(
                bench.order(["sh", "-c", "ls /dev | grep nvidia"], lease: 3, devices: slices))
            #expect(try await bench.outcome(of: both) == .exited(code: 0))
            #expect(try await bench.text(both) == "nvidia1\nnvidiactl\n")
            guard case .launchFailed(.deviceNodeMissing(let words)) = try await bench.outcome(of: lost) else {
                throw Bench.Trouble("it was launched on another GPU's node")
            }
            #expect(words.contains("GPU-1"))
        }
    }

    @Test func whoHoldsADeviceWithoutALeaseIsEndedAndNobodyElse() async throws {
        let nodes = try Nodes(Self.quiet), device = nodes.device(0)
        let holder = try holder(of: "\(nodes.folder)/nvidia0", as: 61_234)
        let other = try self.holder(of: "\(nodes.folder)/nvidia1", as: 61_234)
        let roots = try self.holder(of: "\(nodes.folder)/nvidia0")
        defer { for process in [holder, other, roots] { kill(process.processIdentifier, SIGKILL) } }
        try await withBench(.root, options: ["--device-folder", nodes.folder]) { bench in
            // It has another device's node open, and that is no reason.
            #expect(try await bench.engine.endHolder(other.processIdentifier, of: device, force: true) == .gone)
            #expect(other.isRunning)
            // Whoever passes its node on to a program of the system's does not have that ended.
            for pid in [1, roots.processIdentifier] {
                guard case .spared = try await bench.engine.endHolder(pid, of: device, force: true) else {
                    throw Bench.Trouble("process \(pid) was not spared")
                }
            }
            #expect(try await bench.engine.endHolder(holder.processIdentifier, of: device, force: false) == .signalled)
            _ = try await eventually("it is gone") {
                try await bench.engine.endHolder(holder.processIdentifier, of: device, force: true) == .gone ? true : nil
            }
            #expect(other.isRunning && roots.isRunning)
        }
    }
}
