import DevicePolicy
import FleetModel
import Testing

@Suite struct MemoryBaselineTests {
    private func look(_ mebibytes: Int64, _ processes: [DeviceProcess]? = []) -> DeviceReading {
        wellReading {
            $0.memoryUsed = MemoryBytes(mebibytes << 20); $0.processes = processes
        }
    }

    @Test func itIsKnownAfterThreeLooksAndIsTheLeastOfThem() {
        var baseline = MemoryBaseline()
        for (mebibytes, known) in [(Int64(9), Int64?.none), (5, nil), (7, 5), (6, 5), (3, 3)] {
            baseline.learn(look(mebibytes), in: epoch)
            #expect(baseline.value == known.map { MemoryBytes($0 << 20) })
        }
    }

    @Test func aLittleFromEachLeaseDoesNotCreepIn() {
        var baseline = MemoryBaseline()
        for step in 0..<1_000 { baseline.learn(look(4 + Int64(step) / 10), in: epoch) }
        #expect(baseline.value == MemoryBytes(4 << 20))
    }

    @Test func aLookWithSomebodyThereTeachesNothing() {
        var baseline = MemoryBaseline()
        for _ in 0..<9 {
            baseline.learn(look(1, [process(5)]), in: epoch)
            baseline.learn(look(2_000), in: epoch)
            baseline.learn(DeviceReading(gpu, contact: .silent), in: epoch)
        }
        #expect(baseline.value == nil)
    }

    @Test func whatADisplayServerHoldsIsLeftOut() {
        var baseline = MemoryBaseline()
        for mebibytes in [Int64(600), 900, 700] {
            baseline.learn(look(mebibytes, [process(9, "Xorg", by: "root", (mebibytes - 5) << 20)]), in: epoch)
        }
        #expect(baseline.value == MemoryBytes(5 << 20))
    }

    @Test func aDriverThatListsNoProcessesIsJudgedByAllThatIsInUse() {
        var baseline = MemoryBaseline()
        for _ in 0..<3 { baseline.learn(look(300, nil), in: epoch) }
        #expect(baseline.value == MemoryBytes(300 << 20))
        func result(_ after: DeviceReading) -> CleanCheck.Result? {
            CleanReturn.judge(ReturnEvidence(gpu, after: after, baseline: baseline)).first { $0.subject == .memoryReleased }?
                .result
        }
        #expect(result(look(364, nil)) == .passed)
        #expect(result(look(365, nil)) == .failed(detail: "68.2 MB more in use than with nobody on it"))
        // The first list makes it begin anew, and then looks without one teach nothing.
        for _ in 0..<3 { baseline.learn(look(4), in: epoch) }
        baseline.learn(look(1, nil), in: epoch)
        #expect(baseline.value == MemoryBytes(4 << 20))
        // Without a list nobody knows whether a display server holds it.
        guard case .notChecked = result(look(365, nil)) else {
            Issue.record("unknown is not bad")
            return
        }
        #expect(result(look(68, nil)) == .passed)
    }

    @Test func anotherLoadOfTheDriverBeginsAnew() {
        var baseline = learnt(4 << 20)
        baseline.learn(look(80), in: DriverEpoch(bootID: "boot-1"))
        #expect(baseline.value == MemoryBytes(4 << 20))
        let next = DriverEpoch(bootID: "boot-1", load: "load-2")
        baseline.learn(look(80), in: next)
        #expect(baseline.value == nil)
        for _ in 0..<2 { baseline.learn(look(80), in: next) }
        #expect(baseline.value == MemoryBytes(80 << 20))
    }
}
