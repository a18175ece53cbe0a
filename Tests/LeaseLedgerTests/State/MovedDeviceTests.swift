import FleetModel
import FleetTestKit
import LeaseLedger
import Testing

/// A device has one place: offering it on two nodes would lease it twice.
@Suite struct MovedDeviceTests {
    private let first = ManualClock.start

    @Test func aDeviceIsOnTheNodeThatListedItLast() throws {
        var ledger = RecordedLedger()
        let report = try FleetBuilder.report("n1", "a100:2", links: FleetBuilder.pairedLinks(2))
        _ = try ledger.handle(.node(report), at: first)
        #expect(try ledger.handle(.node(FleetBuilder.moved(report, to: "n2", keeping: [1])), at: first).count == 1)
        #expect(keys(ledger.state) == [["n1:0"], ["n1:1"]])
        #expect(ledger.state.slot(of: FleetBuilder.key("n1", 1))?.node == 1)
        #expect(ledger.state.nodes[0].links == [])
        #expect(try ledger.handle(.node(report), at: first).count == 1)
        #expect(keys(ledger.state) == [["n1:0", "n1:1"], []])
        try ledger.verifyHistory()
    }

    @Test func aDeviceThatIsHeldStaysWhereItsLeaseHoldsIt() throws {
        var ledger = RecordedLedger()
        let report = try FleetBuilder.report("n1", "a100:2")
        let moved = FleetBuilder.moved(report, to: "n2", keeping: [0, 1])
        _ = try ledger.handle(.node(report), at: first)
        try grant(&ledger, 1, "n1", 1)
        _ = try ledger.handle(.node(moved), at: first)
        #expect(keys(ledger.state) == [["n1:1"], ["n1:0"]])
        #expect(try ledger.handle(.node(moved), at: first).isEmpty)
        let key = AttemptKey(lease: LeaseID(1), number: 1)
        _ = try ledger.handle(.attemptEnded(key, .exited(code: 0)), at: first)
        _ = try ledger.handle(.verified(key, []), at: first)
        #expect(try ledger.handle(.node(moved), at: first).count == 1)
        #expect(keys(ledger.state) == [[], ["n1:0", "n1:1"]])
        try ledger.verifyHistory()
    }

    @Test func aDeviceThatIsListedTwiceCountsOnce() throws {
        var ledger = RecordedLedger()
        let report = try FleetBuilder.report("n1", "a100:2", links: [[0, 7], [9, 0]])
        let doubled = NodeReport(
            node: report.node, bootID: report.bootID, cores: report.cores, memory: report.memory,
            devices: [report.devices[1], report.devices[0], report.devices[1]], links: [[1, 2, 3], [4, 5, 6], [7, 8, 9]])
        #expect(doubled.devices.map(\.key.name) == ["n1:0", "n1:1"])
        #expect(doubled.links == [[5, 4], [2, 1]])
        _ = try ledger.handle(.node(doubled), at: first)
        #expect(keys(ledger.state) == [["n1:0", "n1:1"]])
    }

    private func keys(_ state: LedgerState) -> [[String]] { state.nodes.map { $0.slots.map(\.device.key.name) } }

    private func grant(_ ledger: inout RecordedLedger, _ id: Int64, _ node: String, _ index: Int) throws {
        let resources = ResourceRequest(devices: DeviceSelector(count: 1))
        _ = try ledger.handle(.submit(Submission(user: UserName("alice"), name: "x", resources: resources)), at: first).get()
        let allocation = Allocation(
            node: NodeName(node), devices: [FleetBuilder.key(node, index)], cores: .cores(1), memory: .gibibytes(1))
        _ = try ledger.handle(
            .adopt(Plan(grants: [Grant(id: LeaseID(id), allocation: allocation, reasons: [])])), at: first
        ).get()
    }
}
