import FleetModel
import LeaseLedger

/// A second opinion on what is reserved, kept from events alone: no lease is granted or extended into a reservation of
/// others, and what was accepted could be kept as far as leases said then.
struct ReservationAudit {
    private struct Holding {
        let under: ReservationID?
        var devices: [DeviceKey] = []
        var endsAt = Timestamp(milliseconds: 0)
    }

    private var reservations: [ReservationID: Reservation] = [:]
    /// Where each is.
    private var places: [ReservationID: [DeviceKey]] = [:]
    /// In order.
    private(set) var open: [ReservationID] = []
    private var holdings: [LeaseID: Holding] = [:]
    private var holder: [DeviceKey: LeaseID] = [:]
    private var began: [ReservationID: Timestamp] = [:]
    private var used: Set<ReservationID> = []
    /// The nodes that are drained, and by when.
    private(set) var drains: [NodeName: Timestamp] = [:]
    private var nodeOf: [LeaseID: NodeName] = [:]

    func reservation(_ id: ReservationID) -> Reservation? { reservations[id] }
    func under(_ id: LeaseID) -> ReservationID? { holdings[id]?.under }
    func drain(of id: LeaseID) -> Timestamp? { nodeOf[id].flatMap { drains[$0] } }

    /// Whether a lease may last until then: as far as devices tell.
    func forbids(_ id: LeaseID, until endsAt: Timestamp, at now: Timestamp) -> Bool {
        guard let holding = holdings[id] else { return false }
        if let own = holding.under, let reservation = reservations[own], endsAt > reservation.endsAt { return true }
        if let drain = drain(of: id), endsAt > drain { return true }
        return inTheWay(of: holding.devices, under: holding.under, from: now, until: endsAt) != nil
    }

    /// What is wrong with an event; nil: nothing.
    mutating func take(_ recorded: RecordedEvent, _ policy: SchedulingPolicy) -> String? {
        let now = recorded.at
        switch recorded.event {
        case .requestSubmitted(let event): holdings[event.id] = Holding(under: event.resources.reservation)
        case .leaseGranted(let event): return grant(event, at: now)
        case .leaseExtended(let event):
            let isForbidden = forbids(event.id, until: event.endsAt, at: now)
            holdings[event.id]?.endsAt = event.endsAt
            if isForbidden { return "lease \(event.id) was extended into what is reserved or drained" }
        // What is ending gives back what it has.
        case .leaseEnding(let event): holdings[event.id]?.endsAt = now
        case .attemptEnded(let event): holdings[event.attempt.lease]?.endsAt = now
        case .leaseClosed(let event):
            for key in holdings[event.id]?.devices ?? [] where holder[key] == event.id { holder[key] = nil }
            holdings[event.id]?.devices = []
            nodeOf[event.id] = nil
        case .reservationMade(let event): return make(event.reservation, at: now)
        case .reservationMoved(let event): return move(event)
        case .reservationBegan(let event):
            began[event.id] = now
            let keys = places[event.id] ?? []
            for key in keys where holder[key].map({ holdings[$0]?.under != event.id }) ?? false {
                return "reservation \(event.id) began on device \(key), which lease \(holder[key]!) holds"
            }
            if let reservation = reservations[event.id], now < reservation.startsAt {
                return "reservation \(event.id) began too early"
            }
        case .reservationEnded(let event): return end(event, policy, at: now)
        case .nodeCordoned(let event): drains[event.node] = event.cordon.drainBy
        case .nodeUncordoned(let event): drains[event.node] = nil
        default: break
        }
        return nil
    }

    private mutating func grant(_ event: LeaseGranted, at now: Timestamp) -> String? {
        let keys = event.allocation.devices, own = holdings[event.id]?.under
        holdings[event.id]?.devices = keys
        holdings[event.id]?.endsAt = event.endsAt
        nodeOf[event.id] = event.allocation.node
        for key in keys { holder[key] = event.id }
        if let other = inTheWay(of: keys, under: own, from: now, until: event.endsAt) {
            return "lease \(event.id) until \(event.endsAt.milliseconds) breaks reservation \(other)"
        }
        guard let own else { return nil }
        used.insert(own)
        guard let reservation = reservations[own], reservation.startsAt <= now, event.endsAt <= reservation.endsAt,
            keys.allSatisfy({ places[own]?.contains($0) ?? false })
        else { return "lease \(event.id) is not within reservation \(own)" }
        return nil
    }

    private mutating func make(_ reservation: Reservation, at now: Timestamp) -> String? {
        reservations[reservation.id] = reservation
        places[reservation.id] = reservation.allocation?.devices
        open.append(reservation.id)
        if reservation.startsAt < now { return "reservation \(reservation.id) begins in the past" }
        for key in reservation.allocation?.devices ?? [] {
            if let lease = holder[key], let ends = holdings[lease]?.endsAt, max(ends, now) > reservation.startsAt,
                drain(of: lease).map({ $0 > reservation.startsAt }) ?? true
            {
                return "reservation \(reservation.id) was accepted on device \(key), which lease \(lease) has for longer"
            }
        }
        return doubled(reservation)
    }

    private mutating func move(_ event: ReservationMoved) -> String? {
        places[event.id] = event.allocation?.devices
        if !used.contains(event.id) { began[event.id] = nil }
        return reservations[event.id].flatMap { doubled($0) }
    }

    private mutating func end(_ event: ReservationEnded, _ policy: SchedulingPolicy, at now: Timestamp) -> String? {
        guard let reservation = reservations[event.id], open.contains(event.id) else {
            return "reservation \(event.id) ended and was not there"
        }
        reservations[event.id] = nil
        places[event.id] = nil
        open.removeAll { $0 == event.id }
        switch event.end {
        case .over: return now < reservation.endsAt ? "reservation \(event.id) ended before its time" : nil
        case .lapsed:
            let isDue = began[event.id].map { $0 + policy.reservations.unusedGrace <= now } ?? false
            return used.contains(event.id) || !isDue ? "reservation \(event.id) lapsed though it could not" : nil
        case .cancelled: return nil
        }
    }

    private func inTheWay(
        of keys: [DeviceKey], under own: ReservationID?, from start: Timestamp, until end: Timestamp
    ) -> ReservationID? {
        open.first { id in
            guard id != own, let reservation = reservations[id], reservation.startsAt < end, reservation.endsAt > start
            else { return false }
            return places[id]?.contains(where: keys.contains) ?? false
        }
    }

    private func doubled(_ one: Reservation) -> String? {
        let other = inTheWay(
            of: places[one.id] ?? [], under: one.id, from: one.startsAt, until: one.endsAt)
        return other.map { "reservations \(one.id) and \($0) have the same device at the same time" }
    }
}
