import Advisor
import FleetModel
import Foundation

/// What `carrel probe` measured, for programs and for people.
package struct ProbeReport: Encodable, Sendable {
    /// One kernel with all ways in which it was done.
    package struct Kernel: Encodable, Sendable {
        package let kernel: String
        package let words: String
        /// What its sizes count.
        package let unit: String
        package var curves: [Curve]
        /// Of the fastest GPU's way against the fastest of the processor.
        package var slowerAt: Int?
        package var fasterFrom: Int?

        package init(kernel: String, words: String, unit: String, curves: [Curve]) {
            self.kernel = kernel
            self.words = words
            self.unit = unit
            self.curves = curves
            let processor = MeasuredCrossover.best(curves.filter { !$0.isOnGPU }.map(\.series))
            let gpu = MeasuredCrossover.best(curves.filter(\.isOnGPU).map(\.series))
            let crossover = MeasuredCrossover(of: gpu, against: processor)
            slowerAt = crossover?.slowerAt
            fasterFrom = crossover?.fasterFrom
        }

        var hasGPU: Bool { curves.contains { $0.isOnGPU && !$0.points.isEmpty } }
    }

    /// One way over growing sizes.
    package struct Curve: Encodable, Sendable {
        /// `serial`, `threaded`, `openBLAS`, `cuda`, `PyTorch`, …
        package let method: String
        package let isOnGPU: Bool
        package let device: String?
        package let threads: Int?
        package let points: [Point]
        /// Why it is not longer.
        package let end: String?

        package init(method: String, isOnGPU: Bool, device: String?, threads: Int?, points: [Point], end: String?) {
            self.method = method
            self.isOnGPU = isOnGPU
            self.device = device
            self.threads = threads
            self.points = points
            self.end = end
        }

        var series: [(size: Int, seconds: Double)] { points.map { ($0.size, $0.seconds) } }
    }

    /// One size.
    package struct Point: Encodable, Sendable {
        package let size: Int
        package let seconds: Double
        package let operationsPerSecond: Double

        package init(size: Int, seconds: Double, operationsPerSecond: Double) {
            self.size = size
            self.seconds = seconds
            self.operationsPerSecond = operationsPerSecond
        }
    }

    package let kernels: [Kernel]
    /// What could not be measured, and what to do about it.
    package let missing: [String]
    /// The answer in sentences.
    package let words: [String]

    package init(kernels: [Kernel], missing: [String]) {
        self.kernels = kernels.filter { !$0.curves.isEmpty }
        self.missing = missing
        words = self.kernels.compactMap(Self.words)
    }

    private static func words(_ kernel: Kernel) -> String? {
        guard kernel.hasGPU else { return nil }
        guard let from = kernel.fasterFrom else {
            return "\(kernel.words): you don't need a GPU for this; the processor is faster at every size that was measured."
        }
        guard let slower = kernel.slowerAt else {
            return "\(kernel.words): the GPU is faster at every size that was measured."
        }
        return "\(kernel.words): up to \(slower) \(kernel.unit) you don't need a GPU; from \(from) on it is faster."
    }
}

extension ProbeReport {
    /// Tables and pictures.
    package func show(_ output: OutputOptions) throws {
        if output.json || output.csv {
            return try output.show(
                self, Table([""], [], whenEmpty: ""),
                csv: .list("kernels", columns: ["kernel", "unit", "slowerAt", "fasterFrom"]))
        }
        for kernel in kernels { Terminal.write(kernel.text(unicode: Glyphs.areUnicode) + "\n") }
        if !words.isEmpty { Terminal.write(Advised.lines("So", words) + "\n") }
        Terminal.write(Advised.lines("Not measured", missing))
    }
}

extension ProbeReport.Kernel {
    fileprivate func text(unicode: Bool) -> String {
        let sizes = Array(Set(curves.flatMap { $0.points.map(\.size) })).sorted()
        let names = curves.map { $0.method + ($0.threads.map { $0 > 1 ? " ×\($0)" : "" } ?? "") }
        let rows = sizes.map { size -> [String] in
            let cells = curves.map { curve in
                curve.points.first { $0.size == size }.map { Rough.seconds($0.seconds) } ?? ""
            }
            let fastest = zip(names, curves).compactMap { name, curve in
                curve.points.first { $0.size == size }.map { (name, $0.seconds) }
            }.min { $0.1 < $1.1 }
            return ["\(size)"] + cells + [fastest?.0 ?? ""]
        }
        var text =
            words + "\n"
            + Table([unit.uppercased()] + names.map { $0.uppercased() } + ["FASTEST"], rows, whenEmpty: "")
            .text(width: Terminal.width(of: 1))
        let most = curves.flatMap(\.points).map(\.operationsPerSecond).max() ?? 1
        let width = names.map(\.count).max() ?? 0
        for (name, curve) in zip(names, curves) {
            let values = sizes.map { size in curve.points.first { $0.size == size }?.operationsPerSecond }
            let line = Sparkline.text(values.map { $0.map { log($0 + 1) } }, most: log(most + 1), unicode: unicode)
            let best = curve.points.map(\.operationsPerSecond).max() ?? 0
            text +=
                "  \(name.padding(toLength: width, withPad: " ", startingAt: 0))  \(line)  \(Self.rate(best)) at most\(curve.end.map { "; " + $0 } ?? "")\n"
        }
        return text
    }

    private static func rate(_ rate: Double) -> String {
        rate >= 1e12 ? String(format: "%.1f T/s", rate / 1e12) : String(format: "%.1f G/s", rate / 1e9)
    }
}
