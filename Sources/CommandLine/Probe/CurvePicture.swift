import Foundation

/// One kernel's curves with their crossover, ready to be drawn by characters or as an SVG: time against size, both as
/// logarithms.
struct CurvePicture {
    /// One way with the mark and the line that are its own in every picture.
    struct Series {
        let name: String
        /// Among `CurveMark.all`.
        let mark: Int
        let isOnGPU: Bool
        let isReckoned: Bool
        let points: [(size: Int, seconds: Double)]
    }

    let title: String
    let unit: String
    let series: [Series]
    /// Between which sizes the GPU becomes faster; one size: it is at every one. nil: it never does, or there is none.
    let crossover: ClosedRange<Double>?
    /// The answer in a sentence; nil: there is none.
    let words: String?

    /// Ways that keep their marks; others follow as they come.
    private static let known = ["serial", "blocked", "threaded", "OpenBLAS", "GPU", "cuBLAS", "cuDNN"]

    init?(_ kernel: ProbeReport.Kernel, words: String?) {
        let curves = kernel.curves.filter { curve in curve.points.contains { $0.seconds > 0 && $0.size > 0 } }
        guard !curves.isEmpty else { return nil }
        var next = Self.known.count
        series = curves.map { curve in
            let mark = Self.known.firstIndex(of: curve.method) ?? next
            if mark == next { next += 1 }
            return Series(
                name: curve.name, mark: mark, isOnGPU: curve.isOnGPU, isReckoned: curve.isReckoned,
                points: curve.series.filter { $0.seconds > 0 && $0.seconds.isFinite && $0.size > 0 })
        }
        // One size is no curve.
        guard Set(series.flatMap { $0.points.map(\.size) }).count > 1 else { return nil }
        title = kernel.words
        unit = kernel.unit
        self.words = words
        crossover = Self.crossover(kernel)
    }

    private static func crossover(_ kernel: ProbeReport.Kernel) -> ClosedRange<Double>? {
        if let from = kernel.fasterFrom {
            return Double(min(kernel.slowerAt ?? from, from))...Double(from)
        }
        guard let earliest = kernel.reckoned?.earliest else { return nil }
        let last = Double(kernel.processor.last?.size ?? 1)
        return earliest...max(earliest, kernel.reckoned?.latest ?? last)
    }

    var sizes: [Int] { Array(Set(series.flatMap { $0.points.map(\.size) })).sorted() }

    /// Of the logarithms, never empty.
    var across: ClosedRange<Double> { Self.range(series.flatMap { $0.points.map { log10(Double($0.size)) } }) }
    var upward: ClosedRange<Double> { Self.range(series.flatMap { $0.points.map { log10($0.seconds) } }) }

    private static func range(_ values: [Double]) -> ClosedRange<Double> {
        guard let least = values.min(), let most = values.max() else { return 0...1 }
        return most - least < 1e-6 ? (least - 0.5)...(most + 0.5) : least...most
    }

    /// Powers of ten of the seconds that lie in the picture.
    var decades: [Int] {
        let range = upward
        let first = Int(range.lowerBound.rounded(.up)), last = Int(range.upperBound.rounded(.down))
        return first <= last ? Array(first...last) : []
    }

    /// `10 ms`. - Parameter micro: what stands for a millionth.
    static func time(_ decade: Int, micro: String = "µ") -> String {
        let (unit, base): (String, Int) =
            decade >= 0 ? ("s", 0) : decade >= -3 ? ("ms", -3) : decade >= -6 ? ("\(micro)s", -6) : ("ns", -9)
        let digits = decade - base
        return digits < 0
            ? "1e\(decade) s" : digits > 5 ? "1e\(decade) s" : "1" + String(repeating: "0", count: digits) + " " + unit
    }

    /// `4096`, `262k`, `17M`.
    static func size(_ size: Int) -> String {
        size < 10_000
            ? "\(size)"
            : size < 1_000_000 ? "\(Int((Double(size) / 1e3).rounded()))k" : "\(Int((Double(size) / 1e6).rounded()))M"
    }
}
