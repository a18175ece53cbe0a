import ChildProcess
@testable import DeviceProbe
import FleetModel
import Glibc
import Synchronization
import Testing

@Suite struct ProbeProcessTests {
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

    private func process(on gpu: StubGPU, _ watch: Watch) throws -> DeviceProbeProcess {
        DeviceProbeProcess(
            starter: .spawning(
                executable: try StubGPU.prober, arguments: [], environment: gpu.environment,
                standing: { watch.standing(of: $0) }))
    }

    @Test(arguments: ["cuInit", "cuDevicePrimaryCtxRetain", "cuCtxSynchronize", "cuMemcpyDtoH_v2"])
    func aDriverThatHangsIsKilledAtTheDeadline(call: String) async throws {
        let gpu = try StubGPU("hang \(call)"), watch = Watch()
        let process = try process(on: gpu, watch)
        let outcome = await process.probe(StubGPU.device(), deadline: .seconds(3))
        #expect(outcome == .failed(failure: .silent(after: .seconds(3))))
        let child = try #require(watch.children.withLock { $0.first })
        #expect(kill(child, 0) == -1, "child \(child) is still there")

        try gpu.set("")
        guard case .passed = await process.probe(StubGPU.device(), deadline: .seconds(120)) else {
            Issue.record("it is not probed again")
            return
        }
    }

    @Test func aSlowDriverIsWaitedFor() async throws {
        guard case .passed = try await StubGPU("slow cuMemcpyDtoH_v2 300").probe() else {
            Issue.record("it is only slow")
            return
        }
    }

    @Test func noSecondChildIsStartedBesideOneThatCanNotBeKilled() async throws {
        let gpu = try StubGPU("hang cuInit"), watch = Watch()
        let process = try process(on: gpu, watch)
        watch.isStuck.withLock { $0 = true }
        #expect(
            await process.probe(StubGPU.device(), deadline: .seconds(1)) == .failed(failure: .silent(after: .seconds(1))))
        let child = try #require(watch.children.withLock { $0.first })
        for _ in 0..<3 {
            #expect(await process.probe(StubGPU.device()) == .notRun(obstacle: .stuckChild(pid: child)))
        }
        // Another device is not held up by it.
        try gpu.set("")
        let other = await process.probe(StubGPU.device(StubGPU.slice), deadline: .seconds(120))
        guard case .passed = other else {
            Issue.record("\(other)")
            return
        }
        watch.isStuck.withLock { $0 = false }
        let deadline = ContinuousClock.now + .seconds(30)
        var outcome = await process.probe(StubGPU.device(), deadline: .seconds(120))
        while case .notRun = outcome, ContinuousClock.now < deadline {
            outcome = await process.probe(StubGPU.device(), deadline: .seconds(120))
        }
        guard case .passed = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    @Test func aLibraryThatCrashesIsTheDevicesFailure() async throws {
        #expect(
            try await StubGPU("crash cuMemAlloc_v2").probe() == .failed(failure: .crashed(signal: SIGABRT)))
    }

    @Test func whatALibraryPrintsIsNotPartOfTheAnswer() async throws {
        guard case .passed = try await StubGPU("chatter cuInit {\"outcome\":{}}").probe() else {
            Issue.record("the library's words were read")
            return
        }
    }

    @Test(arguments: [
        ("/bin/sh", ["-c", "exit 3"], ProbeOutcome.notRun(obstacle: .noAnswer(exitCode: 3))),
        ("/bin/sh", ["-c", "kill -9 $$"], .notRun(obstacle: .noAnswer(exitCode: -1))),
        ("/bin/sh", ["-c", "kill -SEGV $$"], .failed(failure: .crashed(signal: SIGSEGV))),
        ("/bin/echo", ["hello"], .notRun(obstacle: .noAnswer(exitCode: 0))),
    ])
    func saysWhatBecameOfAChild(executable: String, arguments: [String], outcome: ProbeOutcome) async {
        let process = DeviceProbeProcess(executable: executable, arguments: arguments)
        #expect(await process.probe(StubGPU.device(), deadline: .seconds(60)) == outcome)
    }

    @Test func thoseWhoAskAtOnceShareAProbe() async throws {
        let gpu = try StubGPU("slow cuInit 500"), watch = Watch()
        let process = try process(on: gpu, watch)
        let passed = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    if case .passed = await process.probe(StubGPU.device(), deadline: .seconds(120)) { true } else { false }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(passed == 6)
        #expect(watch.children.withLock { $0.count } == 1)
    }

    @Test func aChildThatNobodyWaitsForEnds() async throws {
        let gpu = try StubGPU("hang cuInit")
        // The shell starts it with a pipe, closes its end, and says whether it went.
        let script = """
            "$0" examine key=\(StubGPU.key.name) | sleep 0.2
            for i in $(seq 100); do pgrep -f "^$0 examine key=\(StubGPU.key.name)$" >/dev/null || exit 7; sleep 0.1; done
            """
        let environment = gpu.environment.merging(["PATH": "/usr/bin:/bin"]) { $1 }
        #expect(try end("/bin/sh", ["-c", script, try StubGPU.prober], environment) == .exited(code: 7))
    }

    @Test(arguments: [
        ["dance"], [], ["examine", "key"], ["examine", "minor=-1"], ["examine", "colour=red"], ["examine", "budget=0"],
        ["canary-fill", "held=maybe"],
    ])
    func wordsThatMeanNothingAreRefused(words: [String]) async throws {
        #expect(throws: ProbeOrder.ParseError.self) { try ProbeOrder(parsing: words) }
        #expect(try end(try StubGPU.prober, words, [:]) == .exited(code: 64))
    }

    /// How a child ends that says nothing; nil: it says something, or doesn't end.
    private func end(_ executable: String, _ words: [String], _ environment: [String: String]) throws -> ChildStanding? {
        let starter = ChildStarter.spawning(executable: executable, arguments: [], environment: environment)
        let outcome = ChildRun(starter, words: words, answerLimit: 1_000).run(deadline: .seconds(60))
        if case .ended(let standing) = outcome { return standing }
        return nil
    }

    @Test func anOrderIsReadAsItWasWritten() throws {
        var order = ProbeOrder(
            .canaryFill, ProbeTarget(key: StubGPU.key, pciAddress: "0000:3b:00.0", minor: 4))
        order.budget = .seconds(9)
        order.bytes = 1 << 22
        order.seed = .max
        order.thousandths = 500
        order.memory = .managed
        order.largest = 64
        order.isHeld = true
        order.isFreed = true
        #expect(try ProbeOrder(parsing: order.words) == order)
        for task in ProbeOrder.Task.allCases {
            #expect(try ProbeOrder(parsing: ProbeOrder(task).words) == ProbeOrder(task))
        }
    }
}
