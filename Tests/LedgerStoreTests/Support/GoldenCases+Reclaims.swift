import FleetModel

@testable import LeaseLedger

extension GoldenCases {
    /// Of taking back and revoking: what earlier versions did not write.
    static var reclaims: [(String, Event)] {
        let policy = SchedulingPolicy(reclaim: ReclaimPolicy(isOn: false, notice: .minutes(10), minimumRun: .hours(2)))
        let allocation = Allocation(
            node: NodeName("n1"), devices: [DeviceKey("GPU-0a")], cores: .cores(4), memory: .gibibytes(160))
        return [
            ("policySet.reclaim", .policySet(PolicySet(policy: policy, by: root))),
            ("leaseReclaiming", .leaseReclaiming(LeaseReclaiming(id: id, for: LeaseID(43), endsAt: at(300)))),
            ("reclaimWithdrawn", .reclaimWithdrawn(ReclaimWithdrawn(id: id))),
            ("requestCancelled.revoked", .requestCancelled(RequestCancelled(id: id, by: root, reason: "maintenance"))),
            (
                "leaseGranted.takenBack",
                .leaseGranted(
                    LeaseGranted(id: id, allocation: allocation, endsAt: at(60), reasons: [.takenBack(leases: 2)]))
            ),
        ]
    }
}
