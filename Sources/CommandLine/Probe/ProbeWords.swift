import Foundation

/// The sentences of `carrel probe`.
enum ProbeWords {
    /// What sizes don't tell.
    static let start =
        "These are sizes of one call of many: a program that computes for less than about 5 s in all needs no GPU in any case, "
        + "whose start takes as long."

    /// nil: there is nothing to compare.
    /// - Parameter gpu: what was reckoned with, where none was measured.
    static func verdict(_ kernel: ProbeReport.Kernel, _ gpu: String?) -> String? {
        if kernel.hasGPU { return kernel.hasProcessor ? measured(kernel) : nil }
        guard let reckoned = kernel.reckoned, let gpu, let least = kernel.processor.first?.size,
            let largest = kernel.processor.last?.size
        else { return nil }
        let unit = kernel.unit
        let sent = range(reckoned.earliest, reckoned.latest, least...largest, unit, gpu)
        let kept = range(reckoned.stayingEarliest, reckoned.stayingLatest, least...largest, unit, gpu)
        // Said where it makes a difference that a reckoned size shows.
        let isNearer =
            (reckoned.stayingEarliest ?? .infinity) < 0.8 * (reckoned.earliest ?? .infinity)
            || (reckoned.stayingLatest ?? .infinity) < 0.8 * (reckoned.latest ?? .infinity)
        return kernel.words + ": " + sent + (isNearer ? " Where everything stays on it: " + kept : "")
    }

    private static func measured(_ kernel: ProbeReport.Kernel) -> String? {
        let ways = [
            (
                "With everything on the GPU already",
                ProbeReport.Measured(
                    slowerAt: kernel.slowerAt, fasterFrom: kernel.fasterFrom, comparedUpTo: kernel.comparedUpTo), false
            ),
            ("With input and result sent over the bus each time", kernel.withCopies, true),
        ]
        let said = ways.compactMap { condition, measured, isWithCopies in
            measured.flatMap { compared($0, kernel, isWithCopies) }.map { "\(condition): \($0)" }
        }
        return said.isEmpty ? nil : "\(kernel.words). " + said.joined(separator: " ")
    }

    /// nil: no size was measured on both.
    private static func compared(
        _ measured: ProbeReport.Measured, _ kernel: ProbeReport.Kernel, _ isWithCopies: Bool
    ) -> String? {
        guard let largest = measured.comparedUpTo ?? measured.fasterFrom ?? measured.slowerAt else { return nil }
        let unit = kernel.unit,
            most = kernel.curves.filter { $0.isOnGPU && $0.isWithCopies == isWithCopies }
                .flatMap(\.points).map(\.size).max()
        // The processor takes too long for what a GPU does at ease.
        let alone = most.flatMap { $0 > largest ? "; on the GPU alone up to \($0)" : nil } ?? ""
        guard let faster = measured.fasterFrom else {
            return "up to \(largest) \(unit) (the largest that was measured on both\(alone)) you don't need a GPU."
        }
        guard let slower = measured.slowerAt else {
            return "the GPU is faster at every size up to \(largest) \(unit), the largest that was measured on both\(alone)."
        }
        return "up to \(slower) \(unit) you don't need a GPU; from \(faster) on it is faster "
            + "(measured on both up to \(largest)\(alone))."
    }

    /// Reckoned sizes are ranges.
    private static func range(
        _ earliest: Double?, _ latest: Double?, _ sizes: ClosedRange<Int>, _ unit: String, _ gpu: String
    ) -> String {
        guard let earliest else { return "you don't need a GPU for this up to \(sizes.upperBound) \(unit)." }
        if earliest <= Double(sizes.lowerBound) {
            guard let latest else { return "\(gpu) may be faster at every size that was measured." }
            return latest <= Double(sizes.lowerBound)
                ? "\(gpu) is faster at every size that was measured."
                : "\(gpu) may be faster at every size that was measured, and is from about \(rounded(latest)) \(unit) on."
        }
        guard let latest else {
            return "up to about \(rounded(earliest)) \(unit) you don't need a GPU; beyond that \(gpu) may be faster."
        }
        guard rounded(latest) > rounded(earliest) else {
            return "\(gpu) is faster from about \(rounded(latest)) \(unit) on."
        }
        return
            "up to about \(rounded(earliest)) \(unit) you don't need a GPU; from about \(rounded(latest)) on \(gpu) is faster."
    }

    /// Two digits of what is reckoned.
    static func rounded(_ size: Double) -> Int {
        guard size.isFinite, size >= 1 else { return 1 }
        let unit = pow(10, max(0, log10(size).rounded(.down) - 1))
        return Int((min(size, 1e15) / unit).rounded() * unit)
    }

    /// Which kernels were measured on which device; of a GPU also by which ways.
    static func measured(_ kernels: [ProbeReport.Kernel]) -> [String] {
        var devices: [String] = []
        for curve in kernels.flatMap(\.curves) where !curve.points.isEmpty && !curve.isReckoned {
            if !devices.contains(device(curve)) { devices.append(device(curve)) }
        }
        return devices.map { name in
            let parts = kernels.compactMap { kernel -> String? in
                let curves = kernel.curves.filter { !$0.points.isEmpty && !$0.isReckoned && device($0) == name }
                guard let first = curves.first else { return nil }
                let ways = first.isOnGPU ? " (\(curves.map(\.method).joined(separator: ", ")))" : ""
                return kernel.words.prefix { $0 != "," } + ways
            }
            return "on \(name): \(parts.joined(separator: "; "))"
        }
    }

    private static func device(_ curve: ProbeReport.Curve) -> String {
        curve.device ?? (curve.isOnGPU ? "the GPU" : "the processor")
    }
}
