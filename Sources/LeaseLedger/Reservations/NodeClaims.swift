package import FleetModel

/// What is reserved on one node, as far as it stands in the way of others.
package struct NodeClaims: Sendable {
    /// One reservation on the node.
    package struct Claim: Sendable {
        package let id: ReservationID
        package let startsAt: Timestamp
        package let endsAt: Timestamp
        /// In order.
        package let slots: [Int]
        package let cores: MilliCores
        package let memory: MemoryBytes
    }

    /// Cores and memory of a node.
    package struct Room: Sendable {
        package var cores: MilliCores
        package var memory: MemoryBytes

        package init(cores: MilliCores, memory: MemoryBytes) {
            self.cores = cores
            self.memory = memory
        }

        mutating func add(_ cores: MilliCores, _ memory: MemoryBytes) {
            self.cores = self.cores + cores
            self.memory = self.memory + memory
        }

        func holds(_ other: Room) -> Bool { other.cores <= cores && other.memory <= memory }
    }

    /// Who occupies the node, and under which reservation.
    package struct Occupant: Sendable {
        package let under: ReservationID?
        package let cores: MilliCores
        package let memory: MemoryBytes
        /// nil: nothing says when.
        package let backAt: Timestamp?

        package init(under: ReservationID?, cores: MilliCores, memory: MemoryBytes, backAt: Timestamp?) {
            self.under = under
            self.cores = cores
            self.memory = memory
            self.backAt = backAt
        }
    }

    /// In order of their numbers.
    package let claims: [Claim]
    private let whole: Room

    package init(_ reservations: [Reservation], on node: NodeRecord) {
        claims = reservations.compactMap { reservation in
            guard let held = reservation.allocation, held.node == node.name else { return nil }
            return Claim(
                id: reservation.id, startsAt: reservation.startsAt, endsAt: reservation.endsAt,
                slots: held.devices.compactMap { node.slotIndex(of: $0) }, cores: held.cores, memory: held.memory)
        }
        whole = Room(cores: node.cores, memory: node.memory)
    }

    package var isEmpty: Bool { claims.isEmpty }

    /// The first reservation that a lease on this slot would be in the way of; nil: none.
    package func claim(
        on slot: Int, from start: Timestamp, until end: Timestamp, under own: ReservationID? = nil
    ) -> Claim? {
        claims.first { $0.id != own && $0.startsAt < end && $0.endsAt > start && $0.slots.contains(slot) }
    }

    /// Whether cores and memory are left beside everybody else and beside all that is reserved, from a moment on and until
    /// another. What is in use only shrinks by itself, so that it is enough to look where reservations begin.
    ///
    /// - Parameter own: the reservation that this is under: what nobody uses of it yet is for this.
    package func hasRoom(
        _ asked: Room, beside occupants: [Occupant], from start: Timestamp, until end: Timestamp,
        under own: ReservationID? = nil
    ) -> Bool {
        let begins = claims.map(\.startsAt).filter { $0 > start && $0 < end }
        return ([start] + begins).allSatisfy { moment in
            whole.holds(load(at: moment, isNow: moment == start, with: asked, under: own, beside: occupants))
        }
    }

    private func load(
        at moment: Timestamp, isNow: Bool, with asked: Room, under own: ReservationID?, beside occupants: [Occupant]
    ) -> Room {
        var load = asked
        var used: [(id: ReservationID, room: Room)] = own.map { [($0, asked)] } ?? []
        // Who is about to give back still has it now.
        for occupant in occupants where isNow || occupant.backAt.map({ $0 > moment }) ?? true {
            load.add(occupant.cores, occupant.memory)
            guard let id = occupant.under else { continue }
            used.append((id, Room(cores: occupant.cores, memory: occupant.memory)))
        }
        for claim in claims where claim.startsAt <= moment && claim.endsAt > moment {
            var left = Room(cores: claim.cores, memory: claim.memory)
            for (id, room) in used where id == claim.id {
                left = Room(
                    cores: max(.zero, MilliCores(left.cores.thousandths - room.cores.thousandths)),
                    memory: max(.zero, MemoryBytes(left.memory.bytes - room.memory.bytes)))
            }
            load.add(left.cores, left.memory)
        }
        return load
    }
}

extension LedgerState {
    /// What is reserved on a node, one reservation left out where that is said.
    package func claims(on node: Int, without left: ReservationID? = nil) -> NodeClaims {
        NodeClaims(left == nil ? reservations : reservations.filter { $0.id != left }, on: nodes[node])
    }

    /// Who occupies a node.
    package func occupants(of node: Int, without left: LeaseID? = nil) -> [NodeClaims.Occupant] {
        index.pool.nodes[node].occupancies.filter { $0.id != left }.map { occupant($0) }
    }

    /// The same lease, as reservations see it.
    package func occupant(_ occupancy: Occupancy) -> NodeClaims.Occupant {
        let record = requests[occupancy.id], lease = record?.lease
        return NodeClaims.Occupant(
            under: record?.resources.reservation, cores: occupancy.cores, memory: occupancy.memory,
            backAt: lease?.surelyBackAt ?? (lease == nil ? occupancy.backAt : nil))
    }
}
