package import Advisor
import CatalogueFiles
import FleetModel
package import WireModel

/// Puts accelerators side by side.
package enum CompareDesk {
    /// - Parameter names: as people write them; empty: all.
    package static func answer(
        _ names: [String], catalogue: Catalogue = BuiltInTables.catalogue
    ) throws(AdviceError) -> AcceleratorList {
        guard !names.isEmpty else {
            return AcceleratorList(accelerators: catalogue.accelerators.map(AcceleratorView.init), notes: [])
        }
        guard names.count <= 12 else {
            throw .outOfRange(what: "The number of accelerators", given: "\(names.count)", least: "1", most: "12")
        }
        var chosen: [Accelerator] = [], notes: [String] = []
        for name in names {
            let found = try Given.accelerators(name, in: catalogue)
            if !chosen.contains(found[0]) { chosen.append(found[0]) }
            guard found.count > 1 else { continue }
            let others = found.dropFirst().prefix(5).map(\.name).joined(separator: ", ")
            notes.append("'\(name)' is taken as \(found[0].name); there are also \(others).")
        }
        return AcceleratorList(accelerators: chosen.map(AcceleratorView.init), notes: notes)
    }
}

extension AcceleratorView {
    /// Work for a watt and a dollar by the best rate for products of matrices in FP16.
    package init(_ accelerator: Accelerator) {
        self.init(
            name: accelerator.name, vendor: accelerator.vendor, segment: accelerator.segment.rawValue,
            architecture: accelerator.architecture, year: accelerator.year, memoryBytes: accelerator.memory.bytes,
            bandwidthBytesPerSecond: accelerator.bandwidth, source: accelerator.source)
        cores = accelerator.cores
        tensorCores = accelerator.tensorCores
        fp64 = accelerator.rates.fp64
        fp32 = accelerator.rates.fp32
        fp16 = accelerator.rates.fp16
        tensorTF32 = accelerator.rates.tensorTF32
        tensorFP16 = accelerator.rates.tensorFP16
        tensorBF16 = accelerator.rates.tensorBF16
        tensorFP8 = accelerator.rates.tensorFP8
        tensorINT8 = accelerator.rates.tensorINT8
        watts = accelerator.watts
        note = accelerator.note
        let best = accelerator.matrixRate(.fp16)
        if let best, let watts, watts > 0 { tensorFP16PerWatt = best / watts }
        guard let cost = accelerator.price, cost.micros > 0 else { return }
        let dollars = Double(cost.micros) / 1e6
        (price, currency) = (cost.money, cost.currency)
        priceYear = accelerator.priceYear
        tensorFP16PerDollar = best.map { $0 / dollars }
        bandwidthPerDollar = accelerator.bandwidth / dollars
    }
}
