import CheckoutService
import FleetModel
import LeaseLedger
import WireModel

extension ViewMaker {
    var reservationList: ReservationList {
        ReservationList(
            reservations: state.reservations.sorted { ($0.startsAt, $0.id) < ($1.startsAt, $1.id) }.map(reservation))
    }

    func reservation(_ reservation: Reservation) -> ReservationView {
        var user: String?, team: String?
        switch reservation.owner {
        case .user(let name): user = name.name
        case .team(let name): team = name.name
        }
        let ready = state.readyAt(reservation, at: now), due = max(reservation.startsAt, now)
        let isStarted = reservation.startsAt <= now
        let word =
            reservation.allocation == nil
            ? "unplaced" : !isStarted ? "upcoming" : reservation.beganAt == nil ? "late" : "running"
        var trouble: String?
        if reservation.allocation == nil {
            trouble =
                "Nothing can hold it at present: its GPUs failed or its node is not to be used. It gets the first that come free."
        } else if ready.map({ $0 > due }) ?? true {
            let when = ready.map { "in \(($0 - now).text)" } ?? "nobody knows when"
            trouble = "It can't begin in time: its GPUs come free \(when)."
        } else if word == "late" {
            trouble = "Others still have its GPUs; they are about to give them back."
        }
        return ReservationView(
            id: reservation.id.number, user: user, team: team, by: reservation.by.name, name: reservation.name,
            gpus: reservation.devices.count, asked: reservation.devices.text, startsAt: text(reservation.startsAt),
            endsAt: text(reservation.endsAt), state: word, node: reservation.allocation?.node.name,
            devices: reservation.allocation?.devices.map(\.name) ?? [],
            leases: state.liveLeases.filter { $0.record.resources.reservation == reservation.id }.map(\.id.number),
            lapsesAt: state.lapse(of: reservation).map(text), trouble: trouble)
    }

    /// What the user of a lease reads whose node is drained.
    func drainNotice(of record: RequestRecord) -> NoticeView {
        let drainAt = record.lease?.drainAt
        let left = max(.zero, (drainAt ?? now) - now)
        let node = record.lease?.allocation.node.name ?? ""
        let why = state.nodeIndex(of: NodeName(node)).flatMap { state.nodes[$0].cordon?.reason.sentence } ?? ""
        return NoticeView(
            lease: record.id.number, user: record.user.name, name: record.name,
            kind: drainAt == nil ? "notDrained" : "drained", at: text(drainAt ?? now),
            sentence: drainAt == nil
                ? "\(node) is not drained after all; lease \(record.id) goes on"
                : "\(node) is to be empty: the work of lease \(record.id) is asked to end "
                    + (left < .seconds(1) ? "now" : "in \(left.text)") + ". \(why)",
            evidence: "", releaseAt: drainAt.map(text), keep: nil)
    }
}
