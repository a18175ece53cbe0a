import FleetModel

@testable import LeaseLedger

extension GoldenCases {
    /// Of reservations and of draining: what earlier versions did not write.
    static var reservations: [(String, Event)] {
        var policy = SchedulingPolicy()
        policy.reservations = ReservationPolicy(
            who: .everyone, longest: .days(2), furthestAhead: .days(14), mostDevices: 4, unusedGrace: .minutes(30))
        let allocation = Allocation(
            node: NodeName("n1"), devices: [DeviceKey("GPU-0a"), DeviceKey("GPU-0b")], cores: .cores(8),
            memory: .gibibytes(320))
        let number = ReservationID(7)
        func made(_ owner: ReservationOwner) -> Event {
            .reservationMade(
                ReservationMade(
                    reservation: Reservation(
                        id: number, owner: owner, by: root, name: "course", devices: DeviceSelector(count: 2),
                        startsAt: at(3_600), endsAt: at(7_200), allocation: allocation)))
        }
        func ended(_ end: ReservationEnd) -> Event { .reservationEnded(ReservationEnded(id: number, end: end)) }
        func moved(_ to: Allocation?, _ because: ReservationMoved.Reason, _ readyAt: Timestamp? = nil) -> Event {
            .reservationMoved(ReservationMoved(id: number, allocation: to, because: because, readyAt: readyAt))
        }
        return [
            ("policySet.reservations", .policySet(PolicySet(policy: policy, by: root))),
            ("reservationMade.user", made(.user(alice))), ("reservationMade.team", made(.team(TeamName("vision")))),
            ("reservationMoved.nodeLost", moved(nil, .nodeLost)),
            ("reservationMoved.nodeCordoned", moved(allocation, .nodeCordoned, at(4_000))),
            ("reservationMoved.devicesFailed", moved(allocation, .devicesFailed, at(3_600))),
            ("reservationMoved.roomFound", moved(allocation, .roomFound, at(3_600))),
            ("reservationBegan", .reservationBegan(ReservationBegan(id: number))),
            ("reservationEnded.over", ended(.over)), ("reservationEnded.lapsed", ended(.lapsed)),
            ("reservationEnded.cancelled", ended(.cancelled(by: alice))),
            (
                "requestSubmitted.reservation",
                .requestSubmitted(
                    RequestSubmitted(
                        id: id, user: alice, team: TeamName("vision"), name: "train.py", kind: .job,
                        resources: ResourceRequest(devices: DeviceSelector(count: 2), reservation: number),
                        duration: .hours(1)))
            ),
            ("leaseDraining", .leaseDraining(LeaseDraining(id: id, endsAt: at(900), by: root))),
            (
                "nodeCordoned.drained",
                .nodeCordoned(
                    NodeCordoned(
                        node: NodeName("n1"),
                        cordon: Cordon(.ordered(by: root, detail: "new fans"), since: at(5), drainBy: at(900))))
            ),
        ]
    }
}
