import FleetModel
import LeaseLedger

extension GoldenCases {
    /// A state in which every field holds something: a waiting, a running, an ending and a closed request, a refused
    /// one, a team, a frozen and a missing device, and usage.
    static func state() throws -> LedgerState {
        var state = LedgerState()
        let boss = Requester(root, isAdministrator: true)
        func device(_ index: Int) -> Device {
            Device(key: DeviceKey("GPU-\(index)"), model: "NVIDIA A100-SXM4-80GB", memory: .gibibytes(80), minor: index)
        }
        func report(_ count: Int) -> Observation {
            .node(
                NodeReport(
                    node: NodeName("n1"), bootID: "b-1", cores: .cores(64), memory: .gibibytes(512),
                    devices: (0..<count).map(device), links: []))
        }
        func grant(_ number: Int64, _ devices: Int...) -> Plan {
            let allocation = Allocation(
                node: NodeName("n1"), devices: devices.map { device($0).key }, cores: .cores(4), memory: .gibibytes(160))
            return Plan(grants: [Grant(id: LeaseID(number), allocation: allocation, reasons: reasons.map(\.1))])
        }
        func submit(_ count: Int) -> Command {
            .submit(
                Submission(
                    user: alice, name: "train.py", resources: ResourceRequest(devices: DeviceSelector(count: count))))
        }
        _ = state.handle(report(6), at: at(0))
        let change = TeamChange(name: TeamName("vision"), guarantee: 2, limit: .devices(9), adding: [alice])
        _ = try state.handle(.setTeam(change, by: boss), at: at(1))
        for count in [1, 2, 1, 1, 9] { _ = try state.handle(submit(count), at: at(2)) }
        let refused = RefusedRequest(id: LeaseID(5), refusal: .tooManyDevices(asked: 9, mostOnOneNode: 6))
        _ = try state.handle(.adopt(Plan(refusals: [refused])), at: at(3))
        _ = try state.handle(.adopt(grant(1, 0)), at: at(3))
        _ = try state.handle(.adopt(grant(2, 1, 2)), at: at(3))
        _ = try state.handle(.adopt(grant(3, 5)), at: at(3))
        for number in 1...3 as ClosedRange<Int64> {
            _ = state.handle(.attemptRunning(AttemptKey(lease: LeaseID(number), number: 1)), at: at(4))
        }
        let first = AttemptKey(lease: LeaseID(1), number: 1)
        _ = state.handle(.attemptEnded(first, .exited(code: 0)), at: at(100))
        _ = state.handle(.verified(first, [CleanCheck(.probePassed, .failed(detail: "ECC"))]), at: at(101))
        _ = state.handle(.verified(first, [CleanCheck(.probePassed, .passed)]), at: at(102))
        _ = try state.handle(.giveBack(LeaseID(2), by: Requester(alice)), at: at(103))
        _ = state.handle(.stray(AttemptKey(lease: LeaseID(99), number: 1), devices: [device(3).key]), at: at(104))
        _ = state.handle(report(5), at: at(105))
        return state
    }
}
