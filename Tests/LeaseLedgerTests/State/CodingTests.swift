import FleetModel
import FleetTestKit
import FoundationEssentials
import LeaseLedger
import Testing

/// What is kept in events, checkpoints and records comes back as it was.
@Suite struct CodingTests {
    @Test func everyKindOfEventOccursInTheSampleHistory() throws {
        let history = try SampleHistory.ledger(rounds: 3)
        try history.verifyHistory()
        var kinds: Set<String> = []
        for event in history.events { kinds.insert(Mirror(reflecting: event.event).children.first?.label ?? "?") }
        #expect(kinds.count == 18, "\(kinds.sorted())")
    }

    @Test func grantReasons() throws {
        let team = TeamName("physics")
        try roundTrip([
            GrantReason.nobodyElseWaited, .guaranteed(team: team, held: .min, guarantee: .max),
            .usedLeast(used: .max, next: UserName("\u{1F600}\"\\"), nextUsed: .min), .oldest(of: 0), .passed(requests: -1),
            .backfilled(holder: LeaseID(.max), freeUntil: Timestamp(milliseconds: .min)),
            .held(since: Timestamp(milliseconds: .max)),
        ])
    }

    @Test func refusals() throws {
        try roundTrip([
            Refusal.noDevices, .noSuchModel(asked: "h100", present: ["a", "b"]), .noSuchModel(asked: "", present: []),
            .noDeviceOfThatMemory(asked: "x", smallest: MemoryBytes(.min), largest: MemoryBytes(.max)),
            .tooManyDevices(asked: .max, mostOnOneNode: 0), .tooManyCores(asked: MilliCores(.max), mostOnOneNode: .zero),
            .tooMuchMemory(asked: .zero, mostOnOneNode: MemoryBytes(-1)), .neverTogether,
            .aboveTeamLimit(team: TeamName("a"), asked: 1, limit: 2),
        ])
    }

    @Test func endsAndOutcomes() throws {
        let alice = UserName("alice")
        try roundTrip([
            EndReason.finished, .expired, .returned(by: alice), .idle, .preempted, .revoked(by: alice, reason: "\n"),
            .nodeLost, .launchFailed,
        ])
        try roundTrip([
            AttemptOutcome.exited(code: .min), .exited(code: .max), .signalled(signal: 9), .killed, .neverBegan, .nodeLost,
            .launchFailed(because: .commandNotFound(command: "x")),
            .launchFailed(because: .commandNotExecutable(command: "x")),
            .launchFailed(because: .directoryMissing(path: "/")),
            .launchFailed(because: .directoryForbidden(path: "/", user: "a")),
            .launchFailed(because: .argumentsTooLong(bytes: .max)), .launchFailed(because: .accountUnknown(user: "a")),
            .launchFailed(because: .deviceNodeMissing(path: "/dev/nvidia0")),
            .launchFailed(because: .storageFull(detail: "")),
            .launchFailed(because: .sandbox(detail: "é")),
        ])
        try roundTrip([CleanCheck.Result.passed, .failed(detail: ""), .notChecked(reason: "no probe")])
        try roundTrip([DeviceCondition.offered, .missing, .frozen(claim: AttemptKey(lease: LeaseID(.max), number: .min))])
    }

    @Test func plans() throws {
        let allocation = Allocation(
            node: NodeName("n"), devices: [DeviceKey("b"), DeviceKey("a")], cores: .zero, memory: .zero)
        #expect(allocation.devices == [DeviceKey("a"), DeviceKey("b")])
        try roundTrip([
            Plan(), Plan(grants: [Grant(id: LeaseID(1), allocation: allocation, reasons: [.nobodyElseWaited])]),
            Plan(refusals: [RefusedRequest(id: LeaseID(2), refusal: .noDevices)]),
        ])
        #expect(Plan().isEmpty)
    }

    @Test func theStateOfALongHistory() throws {
        let ledger = try SampleHistory.ledger(rounds: 250)
        #expect(ledger.state.over.count == LedgerState.closedKept)
        try ledger.verifyHistory()
    }

    private func roundTrip<Value: Codable & Equatable>(_ values: [Value]) throws {
        for value in values {
            let data = try JSONEncoder().encode([value])
            #expect(try JSONDecoder().decode([Value].self, from: data) == [value])
        }
    }
}
