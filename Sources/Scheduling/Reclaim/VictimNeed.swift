import FleetModel
import LeaseLedger

/// What is lacking on a node for a shape when the notice is over, and how few leases could give it: a bound from below, by
/// devices, cores and memory each for itself. It rules out nearly every node before a choice is looked at.
struct VictimNeed {
    /// Fewer leases than these are never enough; nil: all of them together are not.
    let fewest: Int?

    init(_ pool: Pool, _ shape: Int, on number: Int, _ given: [Occupancy], by endsAt: Timestamp) {
        let node = pool.node(number), resources = pool.shape(shape).resources
        let occupancies = pool.occupancies(on: number)
        let freeAt = pool.availability(on: node, occupancies)
        let usable = pool.matching(shape, on: number).filter { freeAt[$0] != nil && node.holdOfSlot[$0] == nil }
        let backAlready = usable.count { slot in freeAt[slot].map { $0 <= endsAt } ?? false }
        let needs = Sizing.leastNeeds(of: resources, among: usable, on: node.record)
        var cores = node.coresFree, memory = node.memoryFree
        for hold in node.holds {
            cores = cores - pool.holds[hold].cores
            memory = memory - pool.holds[hold].memory
        }
        for occupancy in occupancies where pool.freeAt(occupancy).map({ $0 <= endsAt }) ?? false {
            cores = cores + occupancy.cores
            memory = memory + occupancy.memory
        }
        let parts = [
            Self.fewest(resources.devices.count - backAlready, given.map { $0.slots.count(where: usable.contains) }),
            Self.fewest((needs.cores - cores).thousandths, given.map(\.cores.thousandths)),
            Self.fewest((needs.memory - memory).bytes, given.map(\.memory.bytes)),
        ]
        fewest = parts.contains(nil) ? nil : parts.reduce(1) { max($0, $1 ?? 0) }
    }

    /// How many of these numbers reach a sum, the largest first.
    private static func fewest<Number: FixedWidthInteger>(_ lacking: Number, _ gains: [Number]) -> Int? {
        var left = lacking, count = 0
        for gain in gains.sorted(by: >) where left > 0 {
            left -= min(gain, left)
            count += 1
        }
        return left > 0 ? nil : count
    }
}
