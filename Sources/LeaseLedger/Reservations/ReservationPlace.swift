package import FleetModel

/// Where a reservation could be.
package struct ReservationPlace: Hashable, Sendable {
    package let allocation: Allocation
    /// When the last of it comes free, by the ends of leases; never before the reservation begins.
    package let readyAt: Timestamp
}

extension LedgerState {
    /// The place where devices can be kept that comes free first, among those the one with the fewest other devices that
    /// would do, then by the nodes' names; nil: there is none.
    ///
    /// Leases that are there go on; other reservations keep what is theirs. Leases under the reservation itself, where it is
    /// moved while it runs, count as its own.
    ///
    /// - Parameter own: the reservation that is to be moved; nil: it is a new one.
    package func place(
        for devices: DeviceSelector, from start: Timestamp, until end: Timestamp, own: ReservationID? = nil,
        at now: Timestamp
    ) -> ReservationPlace? {
        var best: (place: ReservationPlace, spare: Int)?
        for number in nodes.indices {
            guard let (place, spare) = place(for: devices, on: number, from: max(start, now), until: end, own: own, at: now)
            else { continue }
            if let best, (best.place.readyAt, best.spare) <= (place.readyAt, spare) { continue }
            best = (place, spare)
        }
        return best?.place
    }

    private func place(
        for devices: DeviceSelector, on number: Int, from start: Timestamp, until end: Timestamp, own: ReservationID?,
        at now: Timestamp
    ) -> (ReservationPlace, spare: Int)? {
        let node = nodes[number]
        guard node.takesLeases, node.slots.count >= devices.count else { return nil }
        let claims = claims(on: number, without: own)
        var freeAt: [(at: Timestamp, slot: Int)] = []
        for (slot, record) in node.slots.enumerated() where record.isSound && devices.matches(record.device) {
            guard claims.claim(on: slot, from: start, until: end) == nil,
                let at = backAt(record.holder, own: own, at: now)
            else { continue }
            freeAt.append((max(at, start), slot))
        }
        guard freeAt.count >= devices.count else { return nil }
        let chosen = freeAt.sorted { $0 < $1 }.prefix(devices.count)
        guard let readyAt = chosen.last?.at, readyAt < end else { return nil }
        let asked = ResourceRequest(devices: devices)
        let room = NodeClaims.Room(
            cores: Sizing.cores(for: asked, on: node),
            memory: Sizing.memory(for: asked, devices: chosen.map { node.slots[$0.slot].device }, on: node))
        // Leases under it use what is its own.
        let others = occupants(of: number).filter { own == nil || $0.under != own }
            .filter { readyAt <= now || $0.backAt.map { $0 > readyAt } ?? true }
        guard claims.hasRoom(room, beside: others, from: readyAt, until: end) else { return nil }
        let allocation = Allocation(
            node: node.name, devices: chosen.map { node.slots[$0.slot].device.key }, cores: room.cores, memory: room.memory)
        return (ReservationPlace(allocation: allocation, readyAt: readyAt), freeAt.count - devices.count)
    }

    /// When a device comes free; nil: nothing says when.
    private func backAt(_ holder: LeaseID?, own: ReservationID?, at now: Timestamp) -> Timestamp? {
        guard let holder, let record = requests[holder] else { return now }
        if let own, record.resources.reservation == own { return now }
        return record.lease?.surelyBackAt.map { max($0, now) }
    }

    /// The most matching devices that one node could keep for a time, whatever else it lacks.
    func mostReservable(_ devices: DeviceSelector, from start: Timestamp, until end: Timestamp, at now: Timestamp) -> Int {
        nodes.indices.reduce(0) { most, number in
            let node = nodes[number]
            guard node.takesLeases else { return most }
            let claims = claims(on: number)
            return max(
                most,
                node.slots.indices.count { slot in
                    node.slots[slot].isSound && devices.matches(node.slots[slot].device)
                        && claims.claim(on: slot, from: start, until: end) == nil
                        && backAt(node.slots[slot].holder, own: nil, at: now).map { $0 <= start } ?? false
                })
        }
    }

    /// How many devices are reserved for one moment of a time, at the most.
    func devicesReserved(from start: Timestamp, until end: Timestamp) -> Int {
        let beside = reservations.filter { $0.overlaps(from: start, until: end) }
        return ([start] + beside.map(\.startsAt).filter { $0 > start }).reduce(0) { most, moment in
            max(most, beside.reduce(0) { $0 + ($1.covers(moment) ? $1.devices.count : 0) })
        }
    }

    /// The earliest later time at which as much can be kept for as long; nil: none was found near.
    func laterPlace(for devices: DeviceSelector, after start: Timestamp, lasting span: TimeSpan, at now: Timestamp)
        -> Timestamp?
    {
        let next = index.ends.partitioningIndex { $0.at > start }
        let ends = reservations.map(\.endsAt) + index.ends[next...].prefix(16).map(\.at)
        let limit = now + policy.reservations.furthestAhead
        return ends.filter { $0 > start && $0 <= limit }.sorted().prefix(16).first { from in
            place(for: devices, from: from, until: from + span, at: now).map { $0.readyAt <= from } ?? false
        }
    }
}
