import FleetModel
import LeaseLedger

extension TableWords {
    func made(_ reservation: Reservation) -> String {
        "reserved \(reservation.id) \(Self.place(reservation.allocation)) for \(Self.owner(reservation.owner))"
            + " \(time(reservation.startsAt)) to \(time(reservation.endsAt))"
    }

    func moved(_ event: ReservationMoved) -> String {
        "moved \(event.id) \(Self.place(event.allocation)) \(event.because)"
            + (event.readyAt.map { " ready \(time($0))" } ?? "")
    }

    static func end(_ end: ReservationEnd) -> String {
        switch end {
        case .over: "over"
        case .lapsed: "lapsed"
        case .cancelled(let user): "cancelled \(user)"
        }
    }

    static func owner(_ owner: ReservationOwner) -> String {
        switch owner {
        case .user(let user): user.name
        case .team(let team): "+\(team)"
        }
    }

    private static func place(_ allocation: Allocation?) -> String {
        allocation.map { devices($0.devices) } ?? "nowhere"
    }
}
