package import FleetModel

extension LedgerState {
    /// What becomes of reservations by time and by what happened: they end, lapse, move and begin.
    ///
    /// Asked after everything that a batch takes in, and when time has passed; nothing where nothing is reserved.
    package func reservationUpkeep(at given: Timestamp) -> [Event] {
        guard !reservations.isEmpty else { return [] }
        let now = max(given, time)
        var events: [Event] = []
        var next = self
        for id in reservations.map(\.id) {
            for event in next.upkeep(of: id, at: now) {
                next.apply(RecordedEvent(sequence: next.sequence + 1, at: now, event: event))
                events.append(event)
            }
        }
        return events
    }

    private func upkeep(of id: ReservationID, at now: Timestamp) -> [Event] {
        guard let reservation = reservation(id) else { return [] }
        if reservation.endsAt <= now { return ending(reservation, as: .over) }
        if let lapse = lapse(of: reservation), lapse <= now { return ending(reservation, as: .lapsed) }
        var moved = reservation
        var events: [Event] = []
        if let move = move(of: reservation, at: now) {
            moved.allocation = move.allocation
            events.append(.reservationMoved(move))
        }
        if moved.startsAt <= now, moved.beganAt == nil, isReady(moved) {
            events.append(.reservationBegan(ReservationBegan(id: id)))
        }
        return events
    }

    /// When it lapses if nobody uses it; nil: it does not.
    package func lapse(of reservation: Reservation) -> Timestamp? {
        // Who waits for it has not left it alone.
        guard !reservation.isUsed, let beganAt = reservation.beganAt, !isAwaited(reservation.id) else { return nil }
        return beganAt + policy.reservations.unusedGrace
    }

    private func isAwaited(_ id: ReservationID) -> Bool { waiting.contains { requests[$0]?.resources.reservation == id } }

    /// Everything of it is there, and nobody else has it.
    private func isReady(_ reservation: Reservation) -> Bool {
        guard let allocation = reservation.allocation, let node = nodeIndex(of: allocation.node) else { return false }
        return allocation.devices.allSatisfy { key in
            guard let slot = nodes[node].slotIndex(of: key) else { return false }
            guard let holder = nodes[node].slots[slot].holder else { return nodes[node].slots[slot].isSound }
            return requests[holder]?.resources.reservation == reservation.id
        }
    }

    private func move(of reservation: Reservation, at now: Timestamp) -> ReservationMoved? {
        let fault = fault(of: reservation)
        let due = max(reservation.startsAt, now)
        if reservation.allocation != nil, fault == nil, readyAt(reservation, at: now).map({ $0 <= due }) ?? false {
            return nil
        }
        let found = place(
            for: reservation.devices, from: reservation.startsAt, until: reservation.endsAt, own: reservation.id, at: now)
        guard let found else {
            guard reservation.allocation != nil, let fault else { return nil }
            return ReservationMoved(id: reservation.id, allocation: nil, because: fault, readyAt: nil)
        }
        if found.allocation == reservation.allocation { return nil }
        if fault == nil, reservation.allocation != nil {
            // It is late: only for something that comes free earlier.
            let ready = readyAt(reservation, at: now) ?? Timestamp(milliseconds: .max)
            guard found.readyAt < ready else { return nil }
        }
        return ReservationMoved(
            id: reservation.id, allocation: found.allocation, because: fault ?? .roomFound, readyAt: found.readyAt)
    }

    /// Why it can't be where it is; nil: it can.
    private func fault(of reservation: Reservation) -> ReservationMoved.Reason? {
        guard let allocation = reservation.allocation else { return nil }
        guard let node = nodeIndex(of: allocation.node), nodes[node].contact == .known else { return .nodeLost }
        // Moved while work runs under it, it would be had twice.
        let isInUse = nodes[node].slots.contains { allocation.devices.contains($0.device.key) && isUnder(reservation, $0) }
        guard nodes[node].cordon == nil || isInUse else { return .nodeCordoned }
        let isSound = allocation.devices.allSatisfy { key in
            guard let slot = nodes[node].slotIndex(of: key).map({ nodes[node].slots[$0] }) else { return false }
            return slot.isSound || isUnder(reservation, slot)
        }
        return isSound ? nil : .devicesFailed
    }

    private func isUnder(_ reservation: Reservation, _ slot: DeviceSlot) -> Bool {
        slot.holder.map { requests[$0]?.resources.reservation == reservation.id } ?? false
    }

    /// When the last of its devices comes free; nil: it has none, or nothing says when.
    package func readyAt(_ reservation: Reservation, at now: Timestamp) -> Timestamp? {
        guard let allocation = reservation.allocation, let node = nodeIndex(of: allocation.node) else { return nil }
        var ready = max(reservation.startsAt, now)
        for key in allocation.devices {
            guard let slot = nodes[node].slotIndex(of: key) else { return nil }
            guard let holder = nodes[node].slots[slot].holder, let record = requests[holder],
                record.resources.reservation != reservation.id
            else { continue }
            guard let back = record.lease?.backAt else { return nil }
            ready = max(ready, back)
        }
        return ready
    }

    /// When something is due for reservations, seen from `now`; nil: never.
    func reservationDeadline(after now: Timestamp) -> Timestamp? {
        var first: Timestamp?
        for reservation in reservations {
            var due = lapse(of: reservation).map { min($0, reservation.endsAt) } ?? reservation.endsAt
            if reservation.beganAt == nil, reservation.startsAt > now || isReady(reservation) {
                due = min(due, reservation.startsAt)
            }
            first = first.map { min($0, due) } ?? due
        }
        return first
    }
}

extension LedgerState {
    /// Takes an event about a reservation in.
    mutating func applyReservation(_ event: Event, at now: Timestamp) {
        switch event {
        case .reservationMade(let event): add(event.reservation)
        case .reservationMoved(let event):
            changeReservation(event.id) {
                $0.allocation = event.allocation
                // It begins anew where nobody has come yet.
                if !$0.isUsed { $0.beganAt = nil }
            }
        case .reservationBegan(let event): changeReservation(event.id) { $0.beganAt = now }
        case .reservationEnded(let event): reservations.removeAll { $0.id == event.id }
        default: preconditionFailure("\(event) is about no reservation")
        }
    }

    mutating func changeReservation(_ id: ReservationID, _ change: (inout Reservation) -> Void) {
        let place = reservations.partitioningIndex { $0.id >= id }
        guard place < reservations.count, reservations[place].id == id else { return }
        change(&reservations[place])
    }

    private mutating func add(_ reservation: Reservation) {
        reservations.append(reservation)
        nextReservationID = max(nextReservationID, reservation.id.next)
    }
}
