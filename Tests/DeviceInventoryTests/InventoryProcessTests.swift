import ChildProcess
@testable import DeviceInventory
import FleetModel
import Glibc
import Synchronization
import Testing

@Suite struct InventoryProcessTests {
    private let healthy = "driver 1\n" + StubMachine.gpu(0) + StubMachine.gpu(1) + "ancestor 0 1 30\n"

    /// A child's standing as the kernel has it, with the numbers of the children that were asked about.
    private final class Watch: Sendable {
        let children = Mutex<[pid_t]>([])
        /// While this holds, no child ends, as when it sleeps in the kernel where no signal wakes it.
        let isStuck = Mutex(false)

        func standing(of pid: pid_t) -> ChildStanding {
            children.withLock { if !$0.contains(pid) { $0.append(pid) } }
            return isStuck.withLock { $0 } ? .alive : ChildStanding.of(pid)
        }
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func add() { count.withLock { $0 += 1 } }
    }

    private func process(on machine: StubMachine, _ watch: Watch) throws -> InventoryProcess {
        InventoryProcess(
            starter: .spawning(
                executable: try StubMachine.reader, arguments: [machine.scratch.path], environment: machine.environment,
                standing: { watch.standing(of: $0) }),
            now: { Timestamp(milliseconds: 1_800_000_000_000) })
    }

    @Test(arguments: ["nvmlInit_v2", "nvmlDeviceGetCount_v2", "nvmlDeviceGetUUID", "gpu 1 nvmlDeviceGetName"])
    func aDriverThatHangsIsAnsweredForByTheLastReading(call: String) async throws {
        let machine = try StubMachine(healthy)
        let watch = Watch()
        let process = try process(on: machine, watch)
        let before = await process.read(deadline: .seconds(60))
        #expect(before.devices.count == 2)
        #expect(before.links == [[0, 30], [30, 0]])

        let hang = call.hasPrefix("gpu 1 ") ? "gpu 1 hang \(call.dropFirst(6))\n" : "hang \(call)\n"
        try machine.set(hang + healthy)
        let during = await process.read(deadline: .seconds(2))
        let silent = InventoryProblem.driverSilent(since: Timestamp(milliseconds: 1_800_000_000_000))
        var expected = before
        expected.problems = [silent]
        #expect(during == expected)
        #expect(silent.text.contains("since 2027-01-15 08:00:00 UTC"))
        let children = watch.children.withLock { $0 }
        #expect(children.count == 2)
        for child in children { #expect(kill(child, 0) == -1, "child \(child) is still there") }

        try machine.set(healthy)
        #expect(await process.read(deadline: .seconds(60)) == before)
    }

    @Test func aSlowDriverIsWaitedFor() async throws {
        let machine = try StubMachine("slow nvmlDeviceGetCount_v2 700\n" + healthy)
        let reading = try await machine.read()
        #expect(reading.devices.count == 2)
        #expect(reading.problems.isEmpty)
    }

    @Test func aFirstReadingThatHangsGivesNoDevices() async throws {
        let machine = try StubMachine("hang nvmlInit_v2\n" + healthy)
        let reading = try await machine.process().read(deadline: .seconds(1))
        #expect(reading.devices.isEmpty)
        #expect(reading.problems.count == 1)
    }

    @Test func noSecondChildIsStartedBesideOneThatCanNotBeKilled() async throws {
        let machine = try StubMachine(healthy)
        let watch = Watch()
        let process = try process(on: machine, watch)
        let before = await process.read(deadline: .seconds(60))
        try machine.set("hang nvmlDeviceGetUUID\n" + healthy)
        watch.isStuck.withLock { $0 = true }
        for _ in 0..<3 {
            let reading = await process.read(deadline: .seconds(1))
            #expect(reading.devices == before.devices)
            #expect(reading.problems == [.driverSilent(since: Timestamp(milliseconds: 1_800_000_000_000))])
        }
        #expect(watch.children.withLock { $0.count } == 2, "the first reading's child, and the stuck one")

        watch.isStuck.withLock { $0 = false }
        try machine.set(healthy)
        let deadline = ContinuousClock.now + .seconds(30)
        var after = await process.read(deadline: .seconds(60))
        while after != before, ContinuousClock.now < deadline { after = await process.read(deadline: .seconds(60)) }
        #expect(after == before)
    }

    @Test func aReaderThatCrashesCostsNoDevices() async throws {
        let machine = try StubMachine(healthy)
        let process = try machine.process()
        let before = await process.read(deadline: .seconds(60))
        try machine.set("gpu 1 crash nvmlDeviceGetName\n" + healthy)
        let reading = await process.read(deadline: .seconds(60))
        #expect(reading.devices == before.devices)
        #expect(reading.problems == [.readerFailed(.signalled(number: SIGABRT))])
    }

    @Test func whatALibraryPrintsIsNotPartOfTheAnswer() async throws {
        let machine = try StubMachine("chatter nvmlInit_v2 {\"devices\":[]}\n" + healthy)
        let reading = try await machine.read()
        #expect(reading.devices.count == 2)
        #expect(reading.problems.isEmpty)
    }

    @Test func aFirstLookThatTakesLongIsAnsweredForAndComesToItsEnd() async throws {
        let machine = try StubMachine("slow nvmlDeviceGetCount_v2 4000\n" + healthy)
        let process = try process(on: machine, Watch())
        let early = await process.readFirst(patience: TimeSpan(milliseconds: 300), deadline: .seconds(60))
        let starting = InventoryProblem.driverStarting(since: Timestamp(milliseconds: 1_800_000_000_000))
        #expect(early == InventoryReading(problems: [starting]))
        #expect(starting.text.contains("starting"))
        // The look goes on, and whoever asks now gets its answer.
        let reading = await process.read(deadline: .seconds(1))
        #expect(reading.devices.count == 2 && reading.problems.isEmpty)
    }

    @Test func aFirstLookThatHangsIsEndedAtItsDeadline() async throws {
        let machine = try StubMachine("hang nvmlInit_v2\n" + healthy)
        let process = try process(on: machine, Watch())
        let early = await process.readFirst(patience: TimeSpan(milliseconds: 300), deadline: .seconds(2))
        guard case .driverStarting = early.problems.first else {
            Issue.record("\(early)")
            return
        }
        let reading = await process.read(deadline: .seconds(60))
        #expect(reading.problems == [.driverSilent(since: Timestamp(milliseconds: 1_800_000_000_000))])
    }

    @Test(arguments: [
        ("/no/such/reader", [], ReaderFailure.notStarted(executable: "/no/such/reader", errno: ENOENT)),
        ("/bin/sh", ["-c", "exit 3"], .exited(code: 3)),
        ("/bin/sh", ["-c", "kill -9 $$"], .signalled(number: SIGKILL)),
        ("/bin/echo", ["hello"], .answerNotUnderstood(bytes: 5)),
        ("/bin/sh", ["-c", "head -c 20000000 /dev/zero 2>/dev/null; sleep 600"], .answerTooLong(limit: 16 << 20)),
    ])
    func saysWhatBecameOfAReader(executable: String, arguments: [String], failure: ReaderFailure) async throws {
        let process = InventoryProcess(executable: executable, arguments: arguments)
        let reading = await process.read(deadline: .seconds(60))
        #expect(reading == InventoryReading(problems: [.readerFailed(failure)]))
        #expect(InventoryProblem.readerFailed(failure).text.contains("could not be read"))
    }

    @Test func aReaderThatDoesNotEndAfterItsAnswerIsEnded() async throws {
        let watch = Watch()
        let process = InventoryProcess(
            starter: .spawning(
                executable: "/bin/sh",
                arguments: ["-c", "echo '{\"devices\":[],\"links\":[],\"problems\":[]}'; sleep 600"],
                environment: ["PATH": "/usr/bin:/bin"], standing: { watch.standing(of: $0) }))
        #expect(await process.read(deadline: .seconds(60)) == InventoryReading())
        let child = try #require(watch.children.withLock { $0.first })
        #expect(kill(child, 0) == -1)
        // What the reader started is killed with it; when its entry disappears is up to the machine's first process.
        let deadline = ContinuousClock.now + .seconds(30)
        while !living(inGroup: child).isEmpty, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(living(inGroup: child).isEmpty)
    }

    /// The processes of a group that are not zombies.
    private func living(inGroup group: pid_t) -> [String] {
        TextFile.names(in: "/proc").filter { name in
            let fields = (TextFile.read("/proc/\(name)/stat") ?? "").split(separator: ")").last?.split(separator: " ") ?? []
            return fields.count > 2 && fields[2] == "\(group)" && fields[0] != "Z"
        }
    }

    @Test func thoseWhoAskAtOnceShareAReading() async throws {
        let machine = try StubMachine("slow nvmlDeviceGetCount_v2 500\n" + healthy)
        let watch = Watch()
        let process = try process(on: machine, watch)
        let counts = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 { group.addTask { await process.read(deadline: .seconds(60)).devices.count } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts == Array(repeating: 2, count: 8))
        #expect(watch.children.withLock { $0.count } == 1)
    }

    @Test func readersThatAreWaitedForHoldUpNoOtherTask() async throws {
        let scratch = try Scratch()
        let wait = "while [ ! -e \(scratch.path)/over ]; do sleep 0.05; done"
        let over = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    let process = InventoryProcess(executable: "/bin/sh", arguments: ["-c", wait])
                    _ = await process.read(deadline: .seconds(60))
                    over.add()
                }
            }
            group.addTask {
                // Sixteen are more than the shared threads; were those held up, this would wait for a reading's end.
                for _ in 0..<100 { await Task.detached {}.value }
                #expect(over.value == 0)
                #expect(throws: Never.self) { try scratch.write("over", "") }
            }
        }
        #expect(over.value == 16)
    }

    @Test func aReaderHoldsNoneOfItsParentsDescriptors() async throws {
        let machine = try StubMachine("hang nvmlInit_v2\n" + healthy)
        let held = open("/dev/zero", O_RDONLY)
        defer { close(held) }
        let starter = ChildStarter.spawning(
            executable: try StubMachine.reader, arguments: [machine.scratch.path], environment: machine.environment)
        let child = try starter.start(ChildOrder())
        defer {
            child.kill()
            close(child.socket)
            while !child.hasEnded { usleep(1_000) }
        }
        func files() -> [String] {
            let folder = "/proc/\(child.pid)/fd"
            return TextFile.names(in: folder).map { TextFile.lastName(ofLink: "\(folder)/\($0)") ?? "" }
        }
        let deadline = ContinuousClock.now + .seconds(30)
        while files().isEmpty || files().contains("zero"), ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(!files().contains("zero"))
        #expect(files().count >= 3)
    }
}
