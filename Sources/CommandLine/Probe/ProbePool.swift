import Advice
package import Advisor
import CatalogueFiles
import FleetModel
import Foundation
import WireClient
import WireModel

/// What the pool has, for a measurement that found no GPU where it ran: which one to reckon with, and how to measure one.
package struct ProbePool: Sendable {
    /// nil: no server answered.
    let devices: [DeviceView]?

    /// Asks briefly: whoever measures a laptop need not have a server.
    package static func look(_ server: ServerOptions) async -> ProbePool {
        guard ProcessInfo.processInfo.environment["CARREL_LEASE_ID"] == nil, let address = try? server.address else {
            return ProbePool(devices: nil)
        }
        var client = CheckoutClient(address)
        client.patience = .zero
        let list = try? await client.get("/v1/devices", as: DeviceList.self, wait: .seconds(5))
        await client.shutdown()
        return ProbePool(devices: list?.devices)
    }

    /// The GPU that somebody names.
    package static func named(_ name: String) throws -> (target: OffloadTarget, why: String) {
        (.plain(try Advised.run { try Given.accelerator(name, in: BuiltInTables.catalogue) }), "as --against names it")
    }

    /// The GPU to reckon with where nobody names one, and why that one.
    package var target: (target: OffloadTarget, why: String)? {
        let catalogue = BuiltInTables.catalogue
        let known = (devices ?? []).compactMap { device -> Accelerator? in
            let model = device.model.hasSuffix(" (simulated)") ? String(device.model.dropLast(12)) : device.model
            if let found = catalogue.find(model: model, memory: MemoryBytes(device.memoryBytes)) { return found }
            guard case .found(let found) = catalogue.find(model) else { return nil }
            return found.first
        }
        if let best = known.max(by: { ($0.rates.fp32 ?? 0) < ($1.rates.fp32 ?? 0) }) {
            return (.plain(best), "the fastest of the pool (--against names another one)")
        }
        guard case .found(let found) = catalogue.find("A100 SXM4 80GB"), let usual = found.first else { return nil }
        return (.plain(usual), "as nothing else was named (--against names another one)")
    }

    /// Why no GPU was measured, and what measures one.
    package var words: String {
        if let lease = ProcessInfo.processInfo.environment["CARREL_LEASE_ID"] {
            return "a GPU: lease \(lease), in which this runs, has none. Outside: `carrel probe --gpus 1`"
        }
        guard let devices else {
            return
                "a GPU: one is measured under a lease, so that nobody else's is touched, and no Carrel server answers here. "
                + "On a machine with GPUs: `carrel up`, then `carrel probe --gpus 1`; from another one `carrel login LINK` first"
        }
        let real = devices.filter { !$0.simulated }.map(\.model)
        if let first = real.first {
            return
                "a GPU: one is measured under a lease, so that nobody else's is touched: `carrel probe --gpus 1` measures one "
                + "of the pool's \(real.count), such as \(first.withoutControls)"
        }
        return devices.isEmpty
            ? "a GPU: the pool has none" : "a GPU: those of the pool are simulated, and compute nothing"
    }
}
