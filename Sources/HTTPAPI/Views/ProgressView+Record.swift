import CheckoutService
import FleetModel
import WireModel

extension ProgressView {
    init(_ progress: WorkProgress, stepsPerSecond: Double? = nil) {
        self.init(
            step: progress.step, steps: progress.steps, samples: progress.samples, percent: progress.percent,
            stepsPerSecond: stepsPerSecond)
    }

    init(_ entry: ProgressBook.Entry) { self.init(entry.newest, stepsPerSecond: entry.stepsPerSecond) }
}

extension ReceiptView {
    /// After the energy is known.
    mutating func take(_ progress: WorkProgress?) {
        guard let progress else { return }
        self.progress = ProgressView(progress)
        guard let energyJoules else { return }
        if let step = progress.step, step > 0 { energyPerStepJoules = energyJoules / Double(step) }
        if let samples = progress.samples, samples > 0 { energyPerSampleJoules = energyJoules / Double(samples) }
    }
}
