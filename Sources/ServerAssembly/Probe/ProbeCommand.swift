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
            Matrix product, convolution, LSTM, a training step, a sum of arrays and copies at growing sizes, each result compared \
            with one in double precision. PyTorch, JAX and TensorFlow are measured in full FP32 where the python3 of that place has \
            them; their results are not compared.

            Without --gpus it measures this machine's processor, and a GPU only inside a lease that has one. Where none is \
            measured, the pool's fastest, or the one that --against names, is reckoned by its data sheet and marked so.

            Examples:
              carrel probe
              carrel probe --against rtx4090 --svg probe.svg
              carrel probe --gpus 1 --json > probe.json
              carrel probe --from probe.json --svg probe.svg
            """)

    @Option(
        parsing: .unconditional,
        help: "Measure under a lease of these, as carrel run --gpus names them, by the server's own Carrel: 1, a100.")
    package var gpus: String?
    @Option(parsing: .unconditional, help: "Reckon with this GPU where none is measured: a100, rtx4090.")
    package var against: String?
    @Option(parsing: .unconditional, help: "Write one picture of all kernels into this file.")
    package var svg: String?
    @Option(parsing: .unconditional, help: "Measure nothing; show what an earlier --json wrote into this file.")
    package var from: String?
    @Option(parsing: .unconditional, help: "About how long to measure, for the processor and for the GPU each: 20s, 2m.")
    package var budget = "20s"
    @Option(parsing: .unconditional, help: "No matrix with more rows than this.")
    package var largest: Int?
    @Flag(help: "Leave PyTorch, JAX and TensorFlow out.")
    package var withoutFrameworks = false

    @OptionGroup package var software: SoftwareOptions
    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func validate() throws {
        let span = try span()
        guard span >= .seconds(1), span <= .minutes(30) else {
            throw ValidationError("--budget \(budget) is not between 1s and 30m.")
        }
        if let largest, !(16...1 << 20).contains(largest) {
            throw ValidationError("--largest \(largest) is not between 16 and 1048576.")
        }
        if from != nil, gpus != nil { throw ValidationError("--from measures nothing: leave --gpus out.") }
        if software.env != nil, gpus == nil {
            throw ValidationError("--env goes with --gpus: carrel probe --gpus 1 --env torch")
        }
    }

    private func span() throws -> TimeSpan {
        do throws(TimeSpan.ParseError) { return try TimeSpan(parsing: budget) } catch {
            throw ValidationError(error.words("length of time for --budget"))
        }
    }

    package mutating func run() async throws {
        let named = try against.map { try ProbePool.named($0) }, file = try svg.map { try PictureFile($0) }
        var report = try await report(named == nil)
        if let named { report.reckon(named.target, named.why) }
        try report.show(output)
        try file?.write(report.svg)
    }

    /// - Parameter isReckoned: with whatever GPU the pool suggests, where none is measured.
    private func report(_ isReckoned: Bool) async throws -> ProbeReport {
        if let from { return try ProbeReport(file: from) }
        let span = try span()
        if let gpus {
            if !output.isData {
                Exit.say(
                    "measuring under a lease of --gpus \(gpus), for about \(span.text) on the processor and on the GPU each")
            }
            let words =
                ["--budget", budget] + (largest.map { ["--largest", "\($0)"] } ?? [])
                + (withoutFrameworks ? ["--without-frameworks"] : [])
            // The processor, the GPU and each framework have their deadlines; this is beyond them.
            let time = TimeSpan(milliseconds: span.milliseconds * 9 + 600_000)
            var report = try await LeasedProbe(gpus: gpus, words: words, time: time, software: software).run(server)
            // The work of a lease can't ask what the pool has.
            if isReckoned, report.against != nil, let (target, why) = await ProbePool.look(server).target {
                report.reckon(target, why)
            }
            return report
        }
        if !output.isData {
            Exit.say(
                "measuring for about \(span.text); every result is checked\(withoutFrameworks ? "" : " but those of PyTorch, JAX and TensorFlow")"
            )
        }
        return try await measured(span, isReckoned)
    }

    private func measured(_ span: TimeSpan, _ isReckoned: Bool) async throws -> ProbeReport {
        var missing: [String] = []
        let pool = await ProbePool.look(server)
        var curves = try await processor(span)
        if let device = Self.device {
            do throws(ProbeGap) { curves += try await gpu(device, span) } catch { missing.append(error.words) }
        } else {
            missing.append(pool.words)
        }
        if !curves.contains(where: { $0.method == .openBLAS }) {
            missing.append(
                "OpenBLAS, what the processor does at its best: it is not installed (apt-get install libopenblas0)")
        }
        let frameworks = withoutFrameworks ? [] : await FrameworkProbe.run(budget: span, missing: &missing)
        var report = ProbeReport(kernels: ProbeKernels.report(curves, frameworks), missing: missing)
        if isReckoned, let (target, why) = pool.target { report.reckon(target, why) }
        return report
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
        if let failure = answer.deviceFailure, failure.call == "dlopen" {
            throw ProbeGap(
                words:
                    "the GPU: NVIDIA's driver library libcuda.so.1 can't be opened here; a simulated GPU has none, and computes "
                    + "nothing. `carrel doctor --gpu-stack` looks at it")
        }
        if let failure = answer.deviceFailure {
            throw ProbeGap(
                words:
                    "the GPU: \(failure.call) failed with \(failure.code)\(failure.meaning.map { ", \($0)" } ?? ""). "
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
