package import FleetModel

/// What is wrong with a device, in numbers.
package enum ProbeFailure: Error, Hashable, Codable, Sendable {
    /// The driver refused a step.
    case callFailed(step: ProbeStep, failure: CUDAFailure)
    /// The driver shows other devices, and not this one.
    case notSeen(visible: Int)
    /// Not even a MiB could be had.
    case outOfMemory(asked: MemoryBytes, available: MemoryBytes)
    /// Memory did not hold what was written, in blocks of 16 bytes.
    case wrongPattern(step: ProbeStep, differing: Int, blocks: Int, first: Int)
    /// A product of matrices differs from the processor's by more than rounding explains.
    case wrongProduct(difference: Double, tolerance: Double)
    /// No answer within the deadline.
    case silent(after: TimeSpan)
    /// The driver's library ended the process that used it.
    case crashed(signal: Int32)

    package var text: String {
        switch self {
        case .callFailed(let step, let failure):
            "\(step.words) failed (\(failure.call): \(failure.code)\(failure.meaning.map { ", \($0)" } ?? ""))"
        case .notSeen(let visible): "the driver shows \(visible.counted("device")), and not this one"
        case .outOfMemory(let asked, let available):
            "\(asked.text) could not be had, with \(available.text) said to be free"
        case .wrongPattern(let step, let differing, let blocks, let first):
            "\(step.words): \(differing) of \(blocks.counted("block")) differ, the first at byte "
                + "\(first * KeyedPattern.blockBytes)"
        case .wrongProduct(let difference, let tolerance):
            "a product of matrices is wrong by \(difference); rounding explains \(tolerance)"
        case .silent(let after): "the device gave no answer within \(after.milliseconds) ms"
        case .crashed(let signal): "the driver's library crashed (signal \(signal))"
        }
    }
}

/// What a probe does, in order.
package enum ProbeStep: String, CaseIterable, Codable, Sendable {
    case start, open, translate, allocate, write, verify, readBack, send, multiply, measure, close

    var words: String {
        switch self {
        case .start: "starting the driver"
        case .open: "opening the device"
        case .translate: "translating the kernels"
        case .allocate: "allocating memory"
        case .write: "writing memory"
        case .verify: "verifying memory on the device"
        case .readBack: "reading memory back"
        case .send: "sending memory to the device"
        case .multiply: "multiplying matrices"
        case .measure: "measuring transfers"
        case .close: "closing the device"
        }
    }
}
