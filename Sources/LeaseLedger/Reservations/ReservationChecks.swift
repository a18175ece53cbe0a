package import FleetModel

extension LedgerState {
    /// When a lease that begins now ends: after its time, and at the end of the reservation that it is under at the latest.
    package func end(of record: RequestRecord, from now: Timestamp) -> Timestamp {
        let endsAt = now + record.duration
        guard let id = record.resources.reservation, let reservation = reservation(id) else { return endsAt }
        return min(endsAt, reservation.endsAt)
    }

    /// Why reservations forbid a grant; nil: none does.
    func reservationObjection(
        to allocation: Allocation, for record: RequestRecord, on number: Int, at now: Timestamp
    ) -> Rejection.StaleGrant? {
        let own = record.resources.reservation
        if own == nil, reservations.isEmpty { return nil }
        let claims = claims(on: number), node = nodes[number], endsAt = end(of: record, from: now)
        if let own {
            guard let reservation = reservation(own), reservation.covers(now), endsAt > now else {
                return .reservationNotRunning(own)
            }
            let slots = reservation.allocation.map { $0.node == node.name ? $0.devices : [] } ?? []
            for key in allocation.devices where !slots.contains(key) { return .deviceNotInReservation(key, own) }
        }
        for key in allocation.devices {
            guard let slot = node.slotIndex(of: key) else { continue }
            if let claim = claims.claim(on: slot, from: now, until: endsAt, under: own) {
                return .deviceReserved(key, claim.id)
            }
        }
        let room = NodeClaims.Room(cores: allocation.cores, memory: allocation.memory)
        let hasRoom =
            claims.isEmpty
            || claims.hasRoom(room, beside: occupants(of: number), from: now, until: endsAt, under: own)
        return hasRoom ? nil : .roomReserved(cores: allocation.cores, memory: allocation.memory)
    }

    /// Nothing is promised twice: a lease that is to last longer must leave alone what is reserved.
    func checkReservations(
        _ record: RequestRecord, _ lease: Lease, until endsAt: Timestamp, at now: Timestamp
    ) throws(Rejection) {
        let own = record.resources.reservation
        if let own, let reservation = reservation(own), endsAt > reservation.endsAt {
            throw .pastReservation(record.id, own, until: max(.zero, reservation.endsAt - now))
        }
        guard !reservations.isEmpty, let number = nodeIndex(of: lease.allocation.node) else { return }
        let claims = claims(on: number), node = nodes[number]
        for key in lease.allocation.devices {
            guard let slot = node.slotIndex(of: key),
                let claim = claims.claim(on: slot, from: max(now, min(lease.endsAt, endsAt)), until: endsAt, under: own)
                    ?? claims.claim(on: slot, from: now, until: endsAt, under: own),
                let reservation = reservation(claim.id)
            else { continue }
            throw .reserved(record.id, claim.id, owner: reservation.owner, from: max(.zero, claim.startsAt - now))
        }
        let room = NodeClaims.Room(cores: lease.allocation.cores, memory: lease.allocation.memory)
        // Who is gone by the time from which it would be longer is in nobody's way.
        let others = occupants(of: number, without: record.id).filter { other in
            lease.endsAt <= now || other.backAt.map { $0 > lease.endsAt } ?? true
        }
        guard !claims.hasRoom(room, beside: others, from: max(now, lease.endsAt), until: endsAt, under: own),
            let first = claims.claims.filter({ $0.startsAt < endsAt && $0.endsAt > now && $0.id != own })
                .min(by: { $0.startsAt < $1.startsAt }), let reservation = reservation(first.id)
        else { return }
        throw .reserved(record.id, first.id, owner: reservation.owner, from: max(.zero, first.startsAt - now))
    }
}

extension LedgerState {
    /// Part of `violations`: no device is promised to two at once, and nobody stays beyond the reservation they are under.
    var violationsOfReservations: [String] {
        var found: [String] = []
        for (place, one) in reservations.enumerated() {
            if one.id >= nextReservationID || place > 0 && reservations[place - 1].id >= one.id {
                found.append("reservation \(one.id) is out of order")
            }
            if let held = one.allocation, held.devices.count != one.devices.count {
                found.append("reservation \(one.id) has \(held.devices.count) of \(one.devices.count) devices")
            }
            for other in reservations[..<place] where one.overlaps(from: other.startsAt, until: other.endsAt) {
                for key in one.allocation?.devices ?? [] where other.allocation?.devices.contains(key) ?? false {
                    found.append("device \(key) is reserved twice: by \(other.id) and \(one.id)")
                }
            }
        }
        if reservations.isEmpty { return found }
        for (id, record, lease) in liveLeases {
            guard let under = record.resources.reservation, let reservation = reservation(under) else { continue }
            if lease.endsAt > reservation.endsAt { found.append("lease \(id) outlasts reservation \(under)") }
        }
        return found
    }
}
