import FleetModel
import LeaseLedger

/// What is reserved, by node; made once for a pass, and empty where nothing is.
struct ReservationBook {
    private var byNode: [Int: NodeClaims] = [:]

    init(_ state: LedgerState) {
        for reservation in state.reservations {
            guard let name = reservation.allocation?.node, let node = state.nodeIndex(of: name), byNode[node] == nil else {
                continue
            }
            byNode[node] = state.claims(on: node)
        }
    }

    var isEmpty: Bool { byNode.isEmpty }

    /// nil: nothing is reserved there.
    subscript(_ node: Int) -> NodeClaims? { byNode.isEmpty ? nil : byNode[node] }
}

extension Pool {
    /// The slots among these that a lease from now until `endsAt` may have beside what is reserved.
    func unreserved(_ slots: [Int], on node: Int, under own: ReservationID?, until endsAt: Timestamp) -> [Int] {
        guard own != nil || book[node] != nil else { return slots }
        guard let claims = book[node] else { return [] }
        let mine = own.flatMap { own in claims.claims.first { $0.id == own } }
        if own != nil {
            guard let mine, mine.startsAt <= now, now < mine.endsAt else { return [] }
        }
        return slots.filter { slot in
            mine?.slots.contains(slot) ?? true
                && claims.claim(on: slot, from: now, until: endsAt, under: own) == nil
        }
    }

    /// Whether cores and memory are left beside what is reserved on a node.
    func leavesReservationsWhole(
        _ number: Int, cores: MilliCores, memory: MemoryBytes, from start: Timestamp, until endsAt: Timestamp,
        under own: ReservationID? = nil
    ) -> Bool {
        guard let claims = book[number] else { return true }
        return claims.hasRoom(
            NodeClaims.Room(cores: cores, memory: memory), beside: occupants(of: number, at: start), from: start,
            until: endsAt, under: own)
    }

    /// When a lease of this length could start on these devices beside what is reserved, at a time or later; nil: never.
    func startBesideReservations(
        _ slots: [Int], on number: Int, cores: MilliCores, memory: MemoryBytes, from start: Timestamp, lasting span: TimeSpan
    ) -> Timestamp? {
        guard let claims = book[number] else { return start }
        let times = [start] + claims.claims.map(\.endsAt).filter { $0 > start }.sorted()
        return times.first { from in
            slots.allSatisfy { claims.claim(on: $0, from: from, until: from + span) == nil }
                && leavesReservationsWhole(number, cores: cores, memory: memory, from: from, until: from + span)
        }
    }

    /// When it ends at the latest: a lease under a reservation does not outlast it.
    func end(of shape: Int, from endsAt: Timestamp) -> Timestamp {
        guard let own = self.shape(shape).resources.reservation, let reservation = state.reservation(own) else {
            return endsAt
        }
        return min(endsAt, reservation.endsAt)
    }

    private func occupants(of number: Int, at start: Timestamp) -> [NodeClaims.Occupant] {
        occupancies(on: number).filter { start <= now || freeAt($0).map { $0 > start } ?? true }.map { state.occupant($0) }
    }
}
