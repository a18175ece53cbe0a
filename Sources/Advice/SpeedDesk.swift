package import Advisor
import CatalogueFiles
package import WireModel

/// Answers how fast a kind of work goes.
package enum SpeedDesk {
    /// - Parameter relativeTo: nil: the accelerator that all published rates are given for.
    package static func answer(
        workload name: String, precision: String?, gpu: String, count: Int = 1, relativeTo: String? = nil,
        catalogue: Catalogue = BuiltInTables.catalogue
    ) throws(AdviceError) -> SpeedView {
        let workload = try Given.workload(name)
        let precision = try Given.word(precision, "--precision", Precision.self) ?? .fp16
        let accelerator = try Given.accelerator(gpu, in: catalogue)
        let reference = try Given.accelerator(Workload.reference, in: catalogue)
        let other =
            try relativeTo.map { name throws(AdviceError) in try Given.accelerator(name, in: catalogue) } ?? reference
        let count = try Given.number(count, "--gpus", 1...100_000) ?? 1
        guard
            let prediction = SpeedPrediction(workload, precision, on: accelerator, count: count, relativeTo: other)
        else { throw .noRate(gpu: accelerator.name, precision: precision.rawValue) }
        let known = workload.referenceRates.first { $0.precision == precision }?.rate
        let absolute = SpeedPrediction(workload, precision, on: accelerator, count: count, relativeTo: reference)
        return SpeedView(
            workload: workload.name, precision: precision.rawValue, gpu: accelerator.name, gpus: count,
            relativeTo: other.name, relativeSpeed: prediction.ratio, lowerRelativeSpeed: prediction.lower,
            upperRelativeSpeed: prediction.upper,
            rate: known.flatMap { known in absolute.map { $0.ratio * known } }, unit: workload.unit)
    }

    /// The same for every accelerator that is sold new in a year, the fastest first; those without a rate are left out.
    package static func all(
        workload: String, precision: String?, count: Int = 1, relativeTo: String? = nil, year: Int,
        catalogue: Catalogue = BuiltInTables.catalogue
    ) throws(AdviceError) -> [SpeedView] {
        let precisionGiven = try Given.word(precision, "--precision", Precision.self) ?? .fp16
        if let other = try relativeTo.map({ name throws(AdviceError) in try Given.accelerator(name, in: catalogue) }),
            SpeedPrediction(try Given.workload(workload), precisionGiven, on: other, relativeTo: other) == nil
        {
            throw .noRate(gpu: other.name, precision: precisionGiven.rawValue)
        }
        var views: [SpeedView] = []
        for one in catalogue.accelerators where one.segment != .reference && catalogue.isSold(one, in: year) {
            do throws(AdviceError) {
                views.append(
                    try answer(
                        workload: workload, precision: precision, gpu: one.name, count: count, relativeTo: relativeTo,
                        catalogue: catalogue))
            } catch {
                guard case .noRate = error else { throw error }
            }
        }
        return views.sorted { ($1.relativeSpeed, $0.gpu) < ($0.relativeSpeed, $1.gpu) }
    }
}
