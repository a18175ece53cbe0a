import FleetModel
import FleetTestKit
import LeaseLedger

extension LedgerFuzz {
    /// Claims on future devices and nodes to be emptied, half of them nonsense.
    mutating func claim() -> Command {
        switch random.number(0...9) {
        case 0: return .cancelReservation(someReservation(always: true) ?? ReservationID(1), by: requester())
        case 1...3: return .drain(someNode(), by: now + someSpan(), detail: "x", requester())
        case 4: return .uncordon(someNode(), by: requester())
        default:
            let wild = random.oneIn(6)
            let count = wild ? Int(random.element(Self.extremes) ?? 0) : random.number(1...2)
            let owner = random.element(Self.users) ?? UserName("x")
            return .reserve(
                NewReservation(
                    owner: random.oneIn(5) ? .team(teamName()) : .user(owner), name: random.oneIn(30) ? "a\u{7}" : "claim",
                    devices: DeviceSelector(count: count), startsAt: now + (random.oneIn(2) ? .zero : someSpan()),
                    span: someSpan()), by: requester())
        }
    }

    private mutating func someSpan() -> TimeSpan {
        random.oneIn(5) ? TimeSpan(milliseconds: someNumber()) : .minutes(Int64(random.number(0...300)))
    }

    /// Seldom one, and then mostly one that is there.
    mutating func someReservation(always: Bool = false) -> ReservationID? {
        let known = ledger.state.reservations.map(\.id)
        if known.isEmpty || !always && !random.oneIn(6) { return nil }
        return random.oneIn(8) ? ReservationID(random.element(Self.extremes) ?? 0) : random.element(known)
    }
}
