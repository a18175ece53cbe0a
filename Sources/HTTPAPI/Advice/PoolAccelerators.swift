import Advisor
import CatalogueFiles
import FleetModel
import LeaseLedger
import Synchronization

/// What the catalogue has of a pool's devices.
struct PoolAccelerators {
    /// Each once, in the order of nodes.
    let all: [(Accelerator, count: Int)]
    private let counts: [String: Int]

    var accelerators: [Accelerator] { all.map(\.0) }

    init(_ state: LedgerState) {
        var accelerators: [Accelerator] = [], counts: [String: Int] = [:]
        for node in state.nodes {
            for slot in node.slots where slot.condition != .missing {
                guard let found = Self.find(slot.device) else { continue }
                if counts[found.name] == nil { accelerators.append(found) }
                counts[found.name, default: 0] += 1
            }
        }
        all = accelerators.map { ($0, counts[$0.name] ?? 0) }
        self.counts = counts
    }

    /// nil: it has none of that name.
    func count(_ name: String) -> Int? { counts[name] }

    private static let known = Mutex<[String: Accelerator?]>([:])

    /// A look through the catalogue for each request would take longer than the rest.
    static func find(_ device: Device) -> Accelerator? {
        let key = "\(device.model)/\(device.memory.bytes)"
        if let known = known.withLock({ $0[key] }) { return known }
        let model = device.isSimulated ? device.model.replacing(" (simulated)", with: "") : device.model
        let found = BuiltInTables.catalogue.find(model: model, memory: device.memory)
        known.withLock { known in
            // A pool has a handful of models.
            if known.count > 1_000 { known = [:] }
            known[key] = .some(found)
        }
        return found
    }
}
