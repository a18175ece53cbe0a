import FleetModel
import LeaseLedger

@testable import Scheduling

extension Pool {
    /// Without the devices that are reserved for any moment from now until a lease would end.
    func unreserved(_ slots: [Int], on number: Int, until endsAt: Timestamp) -> [Int] {
        let record = nodes[number].record
        return slots.filter { slot in
            !reservations.contains {
                $0.startsAt < endsAt && $0.endsAt > now
                    && $0.allocation?.devices.contains(record.slots[slot].device.key) ?? false
            }
        }
    }

    /// At the start of each reservation, and now, there is room for all that is there then. Nothing runs under one here.
    func leavesReservationsWhole(on number: Int, cores: MilliCores, memory: MemoryBytes, until endsAt: Timestamp) -> Bool {
        let node = nodes[number], here = reservations.filter { $0.allocation?.node == node.record.name }
        if here.isEmpty { return true }
        let moments = [now] + here.map(\.startsAt).filter { $0 > now && $0 < endsAt }
        return moments.allSatisfy { moment in
            var load = (cores: cores, memory: memory)
            for item in node.occupancies where moment == now || item.freeAt.map({ $0 > moment }) ?? true {
                load = (load.cores + item.cores, load.memory + item.memory)
            }
            for held in here.filter({ $0.covers(moment) }).compactMap(\.allocation) {
                load = (load.cores + held.cores, load.memory + held.memory)
            }
            return load.cores <= node.record.cores && load.memory <= node.record.memory
        }
    }
}
