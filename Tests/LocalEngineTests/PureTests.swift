import EngineInterface
import FleetModel
import Foundation
import Testing

@testable import LocalEngine

struct FarewellTests {
    @Test func whoEndsCarrelIsToldWhatGoesOn() {
        #expect(LauncherLoop.farewell(running: 2).contains("2 programs go on"))
        #expect(
            LauncherLoop.farewell(running: 0).contains("nothing runs")
                && LauncherLoop.farewell(running: 0).contains("carrel up"))
    }
}

/// Numbers of accounts that are no users of the machine.
struct NumberOwnerTests {
    @Test func aNumberThatAGroupHasOrAUserIsLentIsNotUsed() throws {
        let free: UInt32 = 1_999_123_456
        try NumberOwner.check(free)
        let staff = try #require(getgrnam("staff")?.pointee.gr_gid)
        #expect(throws: LaunchFailure.numberTaken(number: staff, by: "the group “staff”")) { try NumberOwner.check(staff) }
        let file = "/tmp/carrel-lent-\(UUID().uuidString)"
        try "broken\nanna:1999123450:6\nben:1999123456:1\n".write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        #expect(throws: LaunchFailure.numberTaken(number: free, by: "what \(file) lends to “ben”")) {
            try NumberOwner.check(free, lent: [file])
        }
        try NumberOwner.check(free + 1, lent: [file, "/nonexistent"])
    }

    @Test func whatCannotBeReadIsNotTakenForFree() {
        // A folder can't be read as a file by anybody, root included.
        #expect {
            try NumberOwner.check(1_999_123_456, lent: ["/nonexistent", "/etc"])
        } throws: { error in
            guard case .sandbox(let detail)? = error as? LaunchFailure else { return false }
            return detail.contains("can't be known") && detail.contains("let root read /etc")
        }
    }

    @Test func workOfSuchANumberDoesNotBegin() throws {
        try #require(geteuid() == 0, "Work runs as other users under root alone: run these tests as root.")
        let configuration = LauncherConfiguration(dataDirectory: "/nonexistent", serverArguments: [])
        let service = ServiceIdentity.find(configuration)
        let staff = try #require(getgrnam("staff")?.pointee.gr_gid)
        #expect(throws: LaunchFailure.numberTaken(number: staff, by: "the group “staff”")) {
            try WorkIdentity.find(uid: staff, user: UserName("eve"), configuration, service: service)
        }
        let free = try WorkIdentity.find(uid: 1_999_123_456, user: UserName("eve"), configuration, service: service)
        #expect(free.gid == 1_999_123_456 && free.groups.isEmpty)
    }
}

struct WorkEnvironmentTests {
    private let identity = WorkIdentity(
        uid: 1, gid: 1, groups: [], mustDrop: true, isAllocated: false, name: "ada", home: "/home/ada", shell: "/bin/zsh")

    private func variables(
        _ client: [String], devices: [Device] = [], cores: MilliCores = .zero, endsAt: Int64 = 0
    ) -> [String] {
        let work = WorkOrder(command: ["x"], directory: "/", environment: client, takesInput: false, uid: 1)
        return WorkEnvironment.variables(
            for: LaunchOrder(
                attempt: AttemptKey(lease: LeaseID(5), number: 1), user: UserName("ada"), work: work,
                node: NodeName("n"), devices: devices, cores: cores, memory: .zero,
                endsAt: Timestamp(milliseconds: endsAt)), identity)
    }

    private func device(_ name: String, _ vendor: DeviceVendor = .nvidia) -> Device {
        Device(key: DeviceKey(name), model: "m", vendor: vendor, memory: .zero)
    }

    @Test func withoutDevicesNoneIsVisible() {
        let list = variables([])
        #expect(list.contains("CUDA_VISIBLE_DEVICES=") && list.contains("NVIDIA_VISIBLE_DEVICES=void"))
    }

    @Test func devicesCountFromZeroAndSlicesGoByName() {
        let two = variables([], devices: [device("GPU-b"), device("GPU-c")])
        #expect(two.contains("CUDA_VISIBLE_DEVICES=0,1") && two.contains("CARREL_GPU_UUIDS=GPU-b,GPU-c"))
        #expect(!two.contains { $0.hasPrefix("ROCR_VISIBLE_DEVICES") })
        #expect(variables([], devices: [device("MIG-x")]).contains("CUDA_VISIBLE_DEVICES=MIG-x"))
        let amd = variables([], devices: [device("a", .amd)])
        #expect(amd.contains("ROCR_VISIBLE_DEVICES=0") && amd.contains("HIP_VISIBLE_DEVICES=0"))
    }

    @Test func theClientsValuesCountAndAbsentOnesAreFilledIn() {
        let list = variables(
            ["HOME=/elsewhere", "A=1", "A=2", "=bad", "none", "Z=a\0b", "OMP_NUM_THREADS=9"], cores: .cores(3))
        #expect(list.contains("HOME=/elsewhere") && list.contains("USER=ada") && list.contains("SHELL=/bin/zsh"))
        #expect(list.contains("A=2") && !list.contains("A=1") && list.contains("OMP_NUM_THREADS=9"))
        #expect(!list.contains { $0.hasPrefix("=") || $0 == "none" || $0.hasPrefix("Z=") })
        #expect(list.contains("PATH=/usr/local/bin:/usr/bin:/bin"))
        #expect(variables([], cores: MilliCores(999)).allSatisfy { !$0.hasPrefix("OMP_NUM_THREADS") })
        #expect(Set(list.map { $0.prefix { $0 != "=" } }).count == list.count)
    }

    @Test func theEndOfTheLeaseIsInUTC() {
        #expect(variables([], endsAt: 1_792_540_800_000).contains("CARREL_LEASE_END=2026-10-21T00:00:00Z"))
        #expect(variables([], endsAt: .max).contains("CARREL_LEASE_END=9999-12-31T23:59:59Z"))
    }
}

struct JudgementTests {
    @Test func theGradeIsHonest() {
        var facts = SandboxGrade.Facts(
            isRoot: true, runsRootWork: false, hasDeviceFilter: true, sandboxWorks: true, findings: [], openNodes: [],
            driverResetsRights: false, hasLimits: true)
        #expect(SandboxGrade(facts).grade == .enforced && SandboxGrade(facts).reasons.isEmpty)
        facts.openNodes = ["/dev/nvidia0"]
        #expect(SandboxGrade(facts).grade == .contained && SandboxGrade(facts).reasons[0].contains("/dev/nvidia0"))
        facts.openNodes = []
        facts.driverResetsRights = true
        #expect(SandboxGrade(facts).reasons[0].contains("NVreg_ModifyDeviceFiles=0"))
        facts.isRoot = false
        facts.hasLimits = false
        #expect(SandboxGrade(facts).grade == .contained && SandboxGrade(facts).reasons.count == 3)
        facts.findings = ["From inside the sandbox: reached mknod."]
        #expect(SandboxGrade(facts).grade == .advisory)
        facts.sandboxWorks = false
        facts.findings = []
        #expect(SandboxGrade(facts).grade == .advisory && !SandboxGrade(facts).reasons.isEmpty)
    }

    @Test func probesAndSearchesAreReadStrictly() {
        #expect(LauncherLoop.judgeProbe(.text("probed\n")) == (true, []))
        #expect(
            LauncherLoop.judgeProbe(.text("reached /run/user\nprobed\n")).findings == [
                "From inside the sandbox: reached /run/user."
            ])
        #expect(!LauncherLoop.judgeProbe(.text("bwrap: no permission\n")).works)
        #expect(!LauncherLoop.judgeProbe(.text("")).works)
        #expect(!LauncherLoop.judgeProbe(.timedOut).works)
        func search(_ outcome: Lookout.Outcome) -> HolderSearch { HolderSearch(outcome) { dev_t($0 << 8 | $1) } }
        let nodes = String(decoding: FoundNodes().line ?? [], as: UTF8.self)
        var found = HolderSearch.Findings()
        #expect(search(.text("\(nodes)done 0 0 0\n")) == .found(found))
        found.pairs = [.init(pid: 9, node: 195 << 8 | 1), .init(pid: 12, node: 195 << 8)]
        (found.crowded, found.denied, found.hidden, found.unread, found.firstUnread) = ([195 << 8], 3, 2, 1, [77])
        #expect(
            search(.text("\(nodes)12 195 0\n9 195 1\n12 195 0\nfull 195 0\nunread 77\ndone 3 2 1\n")) == .found(found))
        // What is no answer is asked for again.
        for unclear in [
            Lookout.Outcome.text(""), .text("12 195 0\n"), .text("done 0 0 0\n"), .text("\(nodes)done\n"), .text(nodes),
            .timedOut,
        ] {
            guard case .unfinished = search(unclear) else {
                Issue.record("\(unclear) was taken for an answer")
                continue
            }
        }
    }

    @Test func aServerIsStartedAgainMoreAndMoreSlowlyAndThenNotAtAll() {
        var deaths = ServerDeaths()
        let delays = (0..<9).map { deaths.delay(afterDeathAt: Int64($0) * 1_000) }
        #expect(delays == [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000])
        #expect(deaths.delay(afterDeathAt: 9_000) == nil)
        // Those of more than a minute ago are forgotten.
        #expect(deaths.delay(afterDeathAt: 200_000) == 100)
    }

    @Test func whatWaitsForADeafServerIsBounded() throws {
        var outbox = Outbox()
        for _ in 0..<Outbox.mostFrames { outbox.append([1, 2], []) }
        #expect(!outbox.isFull)
        outbox.append([3], [])
        #expect(outbox.isFull)
        outbox.sent(1)
        #expect(outbox.first?.bytes == [2] && outbox.isFull)
        outbox.sent(1)
        #expect(!outbox.isFull)
        while let first = outbox.first { outbox.sent(first.bytes.count) }
        #expect(outbox.isEmpty)
        // A long list of attempts is one frame, and goes to a server whatever its length.
        outbox.append([UInt8](repeating: 0, count: Outbox.mostBytes + 1), [])
        #expect(!outbox.isFull)
        outbox.append([1], [])
        #expect(outbox.isFull)
        var open = Outbox()
        let file = try Descriptor.open("/dev/null", O_RDONLY)
        for _ in 0..<Outbox.mostDescriptors { open.append([1], [file]) }
        #expect(!open.isFull)
        open.append([1], [file])
        #expect(open.isFull)
    }

    @Test func recordsAreWholeOrNothing() throws {
        let folder = try Bench.makeFolder(.root)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/exit"
        func words(_ text: String) throws -> [String]? {
            try Data(text.utf8).write(to: URL(filePath: path))
            return try Record.words(of: path)
        }
        #expect(try words("1 exited 3 .\n\0\0\0") == ["exited", "3"])
        for torn in ["", "\0\0\0\0", "1 exited 3", "1 exited 3 .", "1 exited 3\n", "2 exited 3 .\n", "1 .\n"] {
            #expect(try words(torn) == nil, "\(torn)")
        }
        try Data([0, 0, 0]).write(to: URL(filePath: path))
        #expect(try Record.isBlank(path))
        #expect(try Record.words(of: "\(folder)/none") == nil && Record.isBlank("\(folder)/none"))
        try Data([0, 1, 0]).write(to: URL(filePath: path))
        #expect(try !Record.isBlank(path))
        // A record that can't be read says neither that it is blank nor that it isn't.
        #expect(throws: SystemFailure.self) { try Record.isBlank(folder) }
        #expect(throws: SystemFailure.self) { try Record.words(of: folder) }
    }

    @Test func pathsAreWithinFoldersByTheirParts() {
        #expect("/a/b".isWithin("/a") && "/a".isWithin("/a") && "/a".isWithin("/"))
        #expect(!"/ab".isWithin("/a") && !"/".isWithin("/a"))
        #expect("/a/b".parentFolder == "/a" && "/a".parentFolder == "/")
        #expect(SandboxArguments.privatePlace(of: "/tmp/x") == "/tmp" && SandboxArguments.privatePlace(of: "/tmp") == nil)
        #expect(SandboxArguments.privatePlace(of: "/tmpx") == nil && SandboxArguments.privatePlace(of: "/home") == nil)
    }
}
