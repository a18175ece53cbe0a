package import ArgumentParser
import ChildProcess
package import CommandLine
import DeviceProbe
import FleetModel
import Foundation
import Glibc
import WireModel

/// `carrel probe`: what this machine computes, serial, threaded and on a GPU.
package struct ProbeCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "Measure here at which size a GPU begins to pay: serial, threaded, GPU, frameworks.",
        discussion: """
            Matrix product, convolution, LSTM, a training step and copies at growing sizes, each result checked. PyTorch, JAX and \
            TensorFlow are measured where the python3 of this place has them. No server is asked.

            A GPU is measured inside a lease, so that nobody else's is touched:
              carrel run --time 10m -- carrel probe

            Without a GPU: carrel probe
            """)

    @Option(parsing: .unconditional, help: "About how long to measure, for the processor and for the GPU each: 20s, 2m.")
    package var budget = "20s"
    @Option(parsing: .unconditional, help: "No matrix with more rows than this.")
    package var largest: Int?
    @Flag(help: "Leave PyTorch, JAX and TensorFlow out.")
    package var withoutFrameworks = false

    @OptionGroup package var output: OutputOptions

    package init() {}

    package mutating func validate() throws {
        let span = try span()
        guard span >= .seconds(1), span <= .minutes(30) else {
            throw ValidationError("--budget \(budget) is not between 1s and 30m.")
        }
        if let largest, !(16...1 << 20).contains(largest) {
            throw ValidationError("--largest \(largest) is not between 16 and 1048576.")
        }
    }

    private func span() throws -> TimeSpan {
        do throws(TimeSpan.ParseError) { return try TimeSpan(parsing: budget) } catch {
            throw ValidationError(error.words("length of time for --budget"))
        }
    }

    package mutating func run() async throws {
        let span = try span()
        if !output.isData { Exit.say("measuring for about \(span.text); every result is checked") }
        var missing: [String] = []
        var curves = try await processor(span)
        if let device = Self.device {
            do throws(ProbeGap) { curves += try await gpu(device, span) } catch { missing.append(error.words) }
        } else {
            missing.append(
                "a GPU: this runs outside a lease, or the lease has none. `carrel run --time 10m -- carrel probe` measures one; "
                    + "`carrel plan device` predicts without")
        }
        if !curves.contains(where: { $0.method == .openBLAS }) {
            missing.append(
                "OpenBLAS, what the processor does at its best: it is not installed (apt-get install libopenblas0)")
        }
        let frameworks = withoutFrameworks ? [] : await FrameworkProbe.run(budget: span, missing: &missing)
        try ProbeReport(kernels: ProbeKernels.report(curves, frameworks), missing: missing).show(output)
    }

    /// The first GPU of the lease that this runs in.
    private static var device: DeviceKey? {
        guard let list = getenv("CARREL_GPU_UUIDS").map({ String(cString: $0) }), getenv("CARREL_LEASE_ID") != nil else {
            return nil
        }
        return list.split(separator: ",").first.map { DeviceKey(String($0)) }
    }

    private func processor(_ span: TimeSpan) async throws -> [ProbeCurve] {
        var order = ProbeOrder(.processorCurves)
        (order.budget, order.largest) = (span, largest)
        guard let curves = await Self.answer(order, span)?.curves else {
            Exit.say("The processor's measurement did not end, or its answer was not understood. Try a smaller --largest.")
            throw ExitCode(70)
        }
        return curves
    }

    private func gpu(_ key: DeviceKey, _ span: TimeSpan) async throws(ProbeGap) -> [ProbeCurve] {
        var order = ProbeOrder(.deviceCurves, ProbeTarget(key: key))
        (order.budget, order.largest) = (span, largest)
        guard let answer = await Self.answer(order, span) else {
            throw ProbeGap(words: "the GPU: its driver did not answer in time. `carrel doctor --gpu-stack` looks at it")
        }
        if let failure = answer.deviceFailure {
            throw ProbeGap(
                words: "the GPU: \(failure.call) failed with \(failure.code) (a simulated GPU computes nothing). "
                    + "`carrel doctor --gpu-stack` looks at the driver")
        }
        return answer.curves ?? []
    }

    /// In a child that is killed when it takes three times as long as it should: a driver may hang for ever.
    private static func answer(_ order: ProbeOrder, _ span: TimeSpan) async -> ProbeAnswer? {
        let prober = DeviceProbeProcess(executable: "/proc/self/exe", arguments: [HiddenVerb.probe.rawValue])
        return await prober.answer(to: order, deadline: TimeSpan(milliseconds: span.milliseconds * 3 + 30_000))
    }
}

/// Why something was not measured.
struct ProbeGap: Error {
    let words: String
}
