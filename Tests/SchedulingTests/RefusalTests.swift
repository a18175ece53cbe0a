import FleetModel
import LeaseLedger
import Scheduling
import Testing

/// What can never be placed is refused at once, with the numbers that would have to change.
@Suite struct RefusalTests {
    private static let gigabyte: Int64 = 1_000_000_000

    private func fleet() -> TestLedger {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 4, models: ["NVIDIA A100-SXM4-80GB"], cores: 64, memory: 512)
        ledger.node("n2", gpus: 2, models: ["NVIDIA L4"], gigabytes: [24], cores: 16, memory: 64)
        ledger.node("n3", cores: 96, memory: 128)
        return ledger
    }

    @Test func everyCaseHasItsNumbers() {
        let table: [(gpus: String, cores: Int64?, memory: Int64?, expected: Refusal)] = [
            ("5", nil, nil, .tooManyDevices(asked: 5, mostOnOneNode: 4)),
            ("l4:3", nil, nil, .tooManyDevices(asked: 3, mostOnOneNode: 2)),
            ("h100", nil, nil, .noSuchModel(asked: "h100", present: ["NVIDIA A100-SXM4-80GB", "NVIDIA L4"])),
            (
                "90GB..", nil, nil,
                .noDeviceOfThatMemory(
                    asked: "1 × 90 GB or more", smallest: MemoryBytes(24 * Self.gigabyte),
                    largest: MemoryBytes(80 * Self.gigabyte))
            ),
            ("0", 97, nil, .tooManyCores(asked: .cores(97), mostOnOneNode: .cores(96))),
            (
                "1", nil, 513,
                .tooMuchMemory(asked: MemoryBytes(513 * Self.gigabyte), mostOnOneNode: MemoryBytes(512 * Self.gigabyte))
            ),
            ("4", 96, nil, .neverTogether),
            ("l4", nil, 65, .neverTogether),
            ("0", 96, 512, .neverTogether),
        ]
        for row in table {
            var ledger = fleet()
            let id = ledger.ask("alice", row.gpus, cores: row.cores, memory: row.memory)
            #expect(ledger.schedule() == ["1 never"])
            #expect(ledger.state.requests[id]?.refusal == row.expected)
            #expect(ledger.sentences(id).count == 1)
        }
    }

    @Test func aFleetWithoutDevicesSaysSo() {
        var ledger = TestLedger()
        ledger.node("n1")
        let id = ledger.ask("alice", "1")
        ledger.schedule()
        #expect(ledger.state.requests[id]?.refusal == .noDevices)
        #expect(ledger.sentences(id) == ["The pool has no GPU. Ask for 0 GPUs to run on the CPU."])
    }

    @Test func moreThanTheTeamMayEverHoldIsRefused() {
        var ledger = fleet()
        ledger.team("vision", limit: 2, members: ["alice"])
        let id = ledger.ask("alice", "3")
        ledger.schedule()
        #expect(ledger.state.requests[id]?.refusal == .aboveTeamLimit(team: TeamName("vision"), asked: 3, limit: 2))
    }

    @Test func nothingIsRefusedWhileNoNodeIsKnown() {
        var ledger = TestLedger()
        let id = ledger.ask("alice", "64")
        #expect(ledger.schedule() == [])
        ledger.pass(.seconds(1))
        ledger.node("n1", gpus: 8)
        #expect(ledger.schedule() == [])
        #expect(ledger.sentences(id).first?.contains("the most on one is 8") == true)
    }

    @Test func whatCouldBePlacedOnceWaitsWhenItsDevicesGo() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 4)
        ledger.ask("bob", "4")
        ledger.schedule()
        let id = ledger.ask("alice", "1")
        #expect(ledger.schedule() == [])
        ledger.pass(.seconds(1))
        ledger.finish(LeaseID(1))
        ledger.node("n1")
        #expect(ledger.schedule() == [])
        #expect(ledger.sentences(id).first == "The pool has no GPU. Ask for 0 GPUs to run on the CPU.")
        ledger.node("n1", gpus: 4)
        #expect(ledger.schedule() == ["2@n1:a"])
    }

    @Test func whatIsBusyMissingFrozenOrAwayComesBack() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 4)
        ledger.ask("bob", "2")
        ledger.schedule()
        ledger.node("n1", gpus: 4, without: "a")
        ledger.see(.stray(AttemptKey(lease: LeaseID(77), number: 1), devices: [DeviceKey("n1:d")]))
        ledger.ask("alice", "4")
        #expect(ledger.schedule() == [])
        ledger.lose("n1")
        ledger.ask("alice", "4")
        #expect(ledger.schedule() == [])
        #expect(ledger.state.waiting == [LeaseID(2), LeaseID(3)])
    }

    @Test func aRefusalInTheSamePlanDoesNotStopGrants() {
        var ledger = fleet()
        ledger.ask("alice", "9")
        ledger.ask("alice", "1")
        #expect(ledger.plan == ["1 never", "2@n2:a"])
    }
}
