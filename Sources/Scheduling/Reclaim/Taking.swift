import FleetModel
import LeaseLedger

/// Whose devices come back earlier than their leases say, for one request.
struct Taking {
    /// Leases taken back for this request: their devices are its first choice.
    var ours: Set<LeaseID> = []
    /// When those give back at the latest; nil: their leases say so already.
    var endsAt: Timestamp?
    /// Leases taken back for others: what they give back is not for this request.
    var notOurs: Set<LeaseID> = []

    /// The occupancies as they look to this request.
    func seen(_ occupancies: [Occupancy]) -> [Occupancy] {
        if notOurs.isEmpty, endsAt == nil { return occupancies }
        return occupancies.map { occupancy in
            var backAt = occupancy.backAt
            if notOurs.contains(occupancy.id) { backAt = nil }
            if let endsAt, ours.contains(occupancy.id) { backAt = backAt.map { min($0, endsAt) } ?? endsAt }
            return Occupancy(
                id: occupancy.id, slots: occupancy.slots, cores: occupancy.cores, memory: occupancy.memory, backAt: backAt)
        }
    }

    /// The slots of the leases that are taken back for this request.
    func slots(of occupancies: [Occupancy]) -> Set<Int> {
        ours.isEmpty ? [] : Set(occupancies.filter { ours.contains($0.id) }.flatMap(\.slots))
    }
}
