import Advice
import Advisor
import CatalogueFiles
import FleetModel
import Foundation

/// What was measured, as `carrel plan device` takes it: in 10⁹ operations or bytes a second. Missing: not measured.
package struct ProbeFigures: Codable, Sendable {
    package let cpuGflops: Double?
    package let cpuBandwidth: Double?
    /// The GPU as the catalogue has it.
    package let gpu: String?
    package let gpuGflops: Double?
    package let gpuBandwidth: Double?
    /// The slower way of the two, from pinned memory.
    package let busBandwidth: Double?
    /// To be copied into a shell; missing: nothing of use was measured.
    package let command: String?

    /// Arrays of fewer numbers lie in a processor's caches.
    private static let leastLength = 1 << 22

    init(_ kernels: [ProbeReport.Kernel]) {
        // What nobody compared with a reference may have been computed less exactly.
        func curves(_ kernel: String, onGPU: Bool) -> [ProbeReport.Curve] {
            kernels.first { $0.kernel == kernel }?.curves.filter { $0.isOnGPU == onGPU && !$0.isReckoned } ?? []
        }
        func best(_ kernel: String, onGPU: Bool, from least: Int = 0) -> Double? {
            let points = curves(kernel, onGPU: onGPU).flatMap(\.points).filter { $0.size >= least && $0.difference != nil }
            // Of the largest size, where a smaller one may have lain in a cache.
            let most = least > 0 ? points.map(\.size).max() ?? 0 : 0
            return points.filter { $0.size >= most }.map(\.operationsPerSecond).max().map(Self.rounded)
        }
        cpuGflops = best("matrixProduct", onGPU: false)
        gpuGflops = best("matrixProduct", onGPU: true)
        cpuBandwidth = best("scaledSum", onGPU: false, from: Self.leastLength)
        gpuBandwidth = best("scaledSum", onGPU: true, from: Self.leastLength)
        let ways = ["transferToDevice", "transferFromDevice"].map { best($0, onGPU: true) }
        busBandwidth = ways.contains { $0 == nil } ? nil : ways.compactMap { $0 }.min()
        gpu = curves("matrixProduct", onGPU: true).lazy.compactMap(\.device).compactMap(Self.known).first
        command = Self.command(cpuGflops, cpuBandwidth, gpu, gpuGflops, gpuBandwidth, busBandwidth)
    }

    private static func known(_ model: String) -> String? {
        guard case .found(let found) = BuiltInTables.catalogue.find(model) else { return nil }
        return found.first?.name
    }

    private static func command(
        _ cpuGflops: Double?, _ cpuBandwidth: Double?, _ gpu: String?, _ gpuGflops: Double?, _ gpuBandwidth: Double?,
        _ busBandwidth: Double?
    ) -> String? {
        var options: [String] = []
        func add(_ name: String, _ figure: Double?) {
            if let figure { options.append("--\(name) \(text(figure))") }
        }
        add("cpu-gflops", cpuGflops)
        add("cpu-bandwidth", cpuBandwidth)
        if let gpu { options.append("--gpu '\(gpu)'") }
        add("gpu-gflops", gpuGflops)
        add("gpu-bandwidth", gpuBandwidth)
        // Programs send memory that may be moved, which takes twice as long as what is pinned.
        add("bus-bandwidth", busBandwidth.map { $0 / 2 })
        return options.isEmpty ? nil : "carrel plan device matmul --size 4096 " + options.joined(separator: " ")
    }

    /// Three digits: no measurement of a second or two is better.
    private static func rounded(_ rate: Double) -> Double {
        let billions = rate / 1e9
        guard billions.isFinite, billions > 0 else { return 0 }
        let unit = pow(10, (log10(billions)).rounded(.down) - 2)
        return (billions / unit).rounded() * unit
    }

    private static func text(_ figure: Double) -> String { String(format: "%.3g", figure).plainNumber }
}

extension String {
    /// `5.2e+04` as `52000`.
    fileprivate var plainNumber: String {
        guard contains("e"), let number = Double(self) else { return self }
        return String(format: "%.0f", number)
    }
}
