import Advisor
import CatalogueFiles
import FleetModel
import LeaseLedger
import Synchronization

/// What the catalogue has of a pool's devices.
struct PoolAccelerators {
    /// Each once, in the order of nodes.
    let stocks: [ChoiceAnswer.Stock]

    var accelerators: [Accelerator] { stocks.map(\.accelerator) }

    init(_ state: LedgerState) {
        var stocks: [ChoiceAnswer.Stock] = []
        for node in state.nodes {
            let here = node.slots.filter { $0.condition != .missing }.compactMap { Self.find($0.device) }
            var seen: [Accelerator] = []
            for accelerator in here where !seen.contains(accelerator) {
                seen.append(accelerator)
                let count = here.count { $0 == accelerator }
                if let place = stocks.firstIndex(where: { $0.accelerator == accelerator }) {
                    stocks[place] = ChoiceAnswer.Stock(
                        accelerator, count: stocks[place].count + count,
                        inOneMachine: max(stocks[place].inOneMachine, count))
                } else {
                    stocks.append(ChoiceAnswer.Stock(accelerator, count: count, inOneMachine: count))
                }
            }
        }
        self.stocks = stocks
    }

    /// Writes how many the pool has beside each name; nil where it has none.
    func mark<View>(_ views: inout [View], _ name: KeyPath<View, String>, _ count: WritableKeyPath<View, Int?>) {
        for index in views.indices {
            views[index][keyPath: count] = stocks.first { $0.accelerator.name == views[index][keyPath: name] }?.count
        }
    }

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
