package import Advisor
import ArgumentParser
import FleetModel
import Foundation
import WireModel

/// What `carrel probe` measured, for programs and for people.
package struct ProbeReport: Codable, Sendable {
    /// One kernel with all ways in which it was done.
    package struct Kernel: Codable, Sendable {
        package let kernel: String
        package let words: String
        /// What its sizes count.
        package let unit: String
        package var curves: [Curve]
        /// Of the fastest GPU's way against the fastest of the processor, both measured, with everything on the GPU already.
        package let slowerAt: Int?
        package let fasterFrom: Int?
        /// The largest size that was measured on both; missing: there is none.
        package let comparedUpTo: Int?
        /// The same with input and result sent over the bus each time; missing: not measured so.
        package let withCopies: Measured?
        /// The same with a GPU that was reckoned; missing: a GPU was measured, or there is nothing to compare with.
        package var reckoned: Reckoned?

        package init(kernel: String, words: String, unit: String, curves: [Curve]) {
            self.kernel = kernel
            self.words = words
            self.unit = unit
            self.curves = curves
            func crossover(_ ways: [Curve]) -> MeasuredCrossover? {
                MeasuredCrossover(of: MeasuredCrossover.best(ways.map(\.series)), against: Self.processor(curves))
            }
            let resident = crossover(curves.filter { $0.isOnGPU && !$0.isWithCopies })
            slowerAt = resident?.slowerAt
            fasterFrom = resident?.fasterFrom
            comparedUpTo = resident?.largest
            withCopies = crossover(curves.filter { $0.isOnGPU && $0.isWithCopies }).map {
                Measured(slowerAt: $0.slowerAt, fasterFrom: $0.fasterFrom, comparedUpTo: $0.largest)
            }
        }

        private static func processor(_ curves: [Curve]) -> [(size: Int, seconds: Double)] {
            MeasuredCrossover.best(curves.filter { !$0.isOnGPU && !$0.isReckoned }.map(\.series))
        }

        /// The fastest way of the processor at each size.
        var processor: [(size: Int, seconds: Double)] { Self.processor(curves) }
        /// What a GPU did, and not by reckoning.
        var hasGPU: Bool { curves.contains { $0.isOnGPU && !$0.points.isEmpty } }
        var hasProcessor: Bool { curves.contains { !$0.isOnGPU && !$0.isReckoned && !$0.points.isEmpty } }
    }

    /// One way over growing sizes.
    package struct Curve: Codable, Sendable {
        /// `serial`, `threaded`, `OpenBLAS`, `GPU`, `PyTorch GPU`, …
        package let method: String
        /// It was measured on a GPU.
        package let isOnGPU: Bool
        /// Nothing was measured: it follows from a data sheet.
        package let isReckoned: Bool
        package let device: String?
        package let threads: Int?
        package let points: [Point]
        /// Why it is not longer.
        package let end: String?

        package init(
            method: String, isOnGPU: Bool, isReckoned: Bool = false, device: String?, threads: Int?, points: [Point],
            end: String?
        ) {
            self.method = method
            self.isOnGPU = isOnGPU
            self.isReckoned = isReckoned
            self.device = device
            self.threads = threads
            self.points = points
            self.end = end
        }

        /// What a call costs a program whose data are not on the GPU.
        var isWithCopies: Bool { method.hasSuffix(Self.copies) }
        package static let copies = " and copies"
        var series: [(size: Int, seconds: Double)] { points.map { ($0.size, $0.seconds) } }
        /// `threaded ×8`.
        var name: String { method + (threads.map { $0 > 1 ? " ×\($0)" : "" } ?? "") }
    }

    /// One size.
    package struct Point: Codable, Sendable {
        package let size: Int
        package let seconds: Double
        package let operationsPerSecond: Double
        /// The largest difference from the reference in double precision, and what rounding explains; missing: not compared.
        package let difference: Double?
        package let tolerance: Double?

        package init(
            size: Int, seconds: Double, operationsPerSecond: Double, difference: Double? = nil, tolerance: Double? = nil
        ) {
            self.size = size
            self.seconds = seconds
            self.operationsPerSecond = operationsPerSecond
            self.difference = difference
            self.tolerance = tolerance
        }
    }

    /// Sizes that were measured.
    package struct Measured: Codable, Sendable {
        /// The largest at which the GPU is slower still; missing: it is faster at all.
        package let slowerAt: Int?
        /// The smallest from which on it is faster; missing: it never is.
        package let fasterFrom: Int?
        /// The largest size that was measured on both.
        package let comparedUpTo: Int?
    }

    /// Between which sizes a GPU that was reckoned becomes faster; missing: at none that was measured.
    package struct Reckoned: Codable, Sendable {
        /// With input and result sent over the bus.
        package var earliest: Double?
        package var latest: Double?
        /// With everything on the GPU already.
        package var stayingEarliest: Double?
        package var stayingLatest: Double?
    }

    /// The GPU that was reckoned with.
    package struct Against: Codable, Sendable {
        package let gpu: String
        /// Why this one, as the end of a sentence.
        package let why: String
    }

    package private(set) var kernels: [Kernel]
    /// Which GPU stands in for one that was not there; missing: none.
    package private(set) var against: Against?
    package let figures: ProbeFigures
    /// What could not be measured, and what to do about it.
    package let missing: [String]
    /// What was measured where.
    package let measured: [String]
    /// The answer in sentences.
    package private(set) var words: [String]

    package init(kernels: [Kernel], missing: [String]) {
        let kernels = kernels.filter { kernel in kernel.curves.contains { !$0.points.isEmpty || $0.end != nil } }
        self.kernels = kernels
        figures = ProbeFigures(kernels)
        let unmeasured = kernels.filter { $0.hasProcessor && !$0.hasGPU }, isGPUThere = kernels.contains(where: \.hasGPU)
        let failure = kernels.flatMap(\.curves).first { $0.isOnGPU && $0.points.isEmpty && $0.end != nil }?.end
        if !isGPUThere, let failure {
            self.missing = ["the GPU: not one of its curves could be begun; \(failure)"] + missing
        } else {
            self.missing =
                isGPUThere && !unmeasured.isEmpty
                ? missing + [
                    "on the GPU: " + unmeasured.map { String($0.words.prefix { $0 != "," }) }.joined(separator: ", ")
                ]
                : missing
        }
        measured = ProbeWords.measured(kernels)
        words = kernels.compactMap { ProbeWords.verdict($0, nil) }
        if !words.isEmpty { words.append(ProbeWords.start) }
    }

    /// Reads what `--json` wrote.
    package init(file path: String) throws {
        let bytes: Data
        do { bytes = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            Exit.say(
                "\(path.shown) can't be read; nothing was measured. --from takes a file that carrel probe --json wrote.")
            throw ExitCode(66)
        }
        do {
            self = try JSONDecoder().decode(ProbeReport.self, from: bytes)
            try checkSizes()
        } catch {
            Exit.say(
                "\(path.shown) is nothing that carrel probe --json wrote, or is of another version. Nothing was measured.")
            throw ExitCode(65)
        }
    }

    /// Sizes and times that no measurement has are nobody's report.
    private func checkSizes() throws {
        let sizes = 1...1 << 53,
            all = kernels.flatMap { kernel in
                kernel.curves.flatMap { $0.points.map(\.size) }
                    + [
                        kernel.slowerAt, kernel.fasterFrom, kernel.comparedUpTo, kernel.withCopies?.slowerAt,
                        kernel.withCopies?.fasterFrom, kernel.withCopies?.comparedUpTo,
                    ].compactMap { $0 }
            }
        let reckoned = kernels.compactMap(\.reckoned).flatMap {
            [$0.earliest, $0.latest, $0.stayingEarliest, $0.stayingLatest].compactMap { $0 }
        }
        guard all.allSatisfy(sizes.contains),
            reckoned.allSatisfy({ $0 >= Double(sizes.lowerBound) && $0 <= Double(sizes.upperBound) })
        else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "a size that nothing has"))
        }
    }

    /// Adds what a GPU would do that is not here, where no GPU was measured.
    package mutating func reckon(_ target: OffloadTarget, _ why: String) {
        let gpu = target.accelerator.name
        against = nil
        for index in kernels.indices {
            kernels[index].curves.removeAll(where: \.isReckoned)
            kernels[index].reckoned = nil
        }
        for index in kernels.indices where !kernels[index].hasGPU {
            guard let task = ProbedTask(rawValue: kernels[index].kernel) else { continue }
            let processor = kernels[index].processor
            guard let sent = ReckonedCrossover(task, stays: false, target: target, processor: processor),
                let kept = ReckonedCrossover(task, stays: true, target: target, processor: processor)
            else { continue }
            let measured = kernels[index].curves.flatMap(\.points)
            let points = processor.compactMap { point -> Point? in
                guard let seconds = target.seconds(task.task(size: Double(point.size), stays: false)),
                    let same = measured.first(where: { $0.size == point.size })
                else { return nil }
                // Counted as where it was measured.
                return Point(
                    size: point.size, seconds: seconds,
                    operationsPerSecond: same.operationsPerSecond * same.seconds / seconds)
            }
            kernels[index].curves.append(
                Curve(
                    method: "\(gpu), reckoned, with copies", isOnGPU: false, isReckoned: true, device: gpu, threads: nil,
                    points: points, end: nil))
            kernels[index].reckoned = Reckoned(
                earliest: sent.earliest, latest: sent.latest, stayingEarliest: kept.earliest, stayingLatest: kept.latest)
            against = Against(gpu: gpu, why: why)
        }
        words = kernels.compactMap { ProbeWords.verdict($0, against?.gpu) }
        if !words.isEmpty { words.append(ProbeWords.start) }
    }
}
