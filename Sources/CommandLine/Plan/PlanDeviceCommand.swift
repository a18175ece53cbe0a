import Advice
import Advisor
package import ArgumentParser
import FleetModel
import Foundation
import WireModel

/// `carrel plan device`: processor or GPU.
package struct PlanDeviceCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "device",
        abstract: "Is a GPU worth it at all: time with the way to the GPU and back, and the size where it turns.",
        usage: "carrel plan device [TASK] [--size N] [--calls N] [--gpu NAME] [OPTIONS]",
        discussion: """
            TASK is matmul (the default), elementwise, convolution, lstm or mlp-train. A roofline: the larger of computing and \
            reading memory, and for a GPU also sending, fetching and starting. `carrel probe` measures it here, and prints this \
            command with what it measured.

            Examples:
              carrel plan device matmul --size 500
              carrel plan device matmul --size 4096 --calls 10000 --stays --gpu t4
              carrel plan device elementwise --size 1e8
            """)

    @Argument(help: "matmul, elementwise, convolution, lstm or mlp-train.")
    package var task = "matmul"
    @Option(parsing: .unconditional, help: "Rows of a matrix, numbers of an array, pixels of a side, units of a layer.")
    package var size: Double?
    @Option(parsing: .unconditional, help: "How often it is done.")
    package var calls: Double?
    @Option(parsing: .unconditional, help: "The GPU; otherwise an A100.")
    package var gpu: String?
    @Flag(help: "What it works on stays on the GPU between calls.")
    package var stays = false
    @Option(parsing: .unconditional, help: "Cores of the processor; otherwise this machine's.")
    package var cores: Int?
    @Option(parsing: .unconditional, help: "What the processor was measured to do, in 10⁹ operations a second.")
    package var cpuGflops: Double?
    @Option(parsing: .unconditional, help: "What the processor's memory was measured to do, in 10⁹ bytes a second.")
    package var cpuBandwidth: Double?
    @Option(parsing: .unconditional, help: "What the GPU was measured to do, in 10⁹ operations a second.")
    package var gpuGflops: Double?
    @Option(parsing: .unconditional, help: "What the GPU's memory was measured to do, in 10⁹ bytes a second.")
    package var gpuBandwidth: Double?
    @Option(parsing: .unconditional, help: "What copies to and from the GPU were measured to do, in 10⁹ bytes a second.")
    package var busBandwidth: Double?
    @Option(parsing: .unconditional, help: "How long until a GPU is free: 90 (seconds), 10m.")
    package var wait: String?

    @OptionGroup package var output: OutputOptions

    package init() {}

    package mutating func validate() throws {
        if let cores, !(1...100_000).contains(cores) {
            throw ValidationError("--cores \(cores) is not between 1 and 100000.")
        }
        if let wait {
            guard let seconds = Given.seconds(wait) else {
                throw ValidationError("--wait \(wait) is no length of time. Examples: 90 (seconds), 10m, 1h.")
            }
            if seconds < 0 { throw ValidationError("--wait \(wait) is less than no time.") }
        }
    }

    package mutating func run() async throws {
        var question = OffloadDesk.Question(task: task, cores: cores ?? ProcessInfo.processInfo.activeProcessorCount)
        (question.size, question.calls, question.gpu, question.stays) = (size, calls, gpu, stays)
        question.processorRate = cpuGflops.map { $0 * 1e9 }
        question.processorBandwidth = cpuBandwidth.map { $0 * 1e9 }
        question.measured = MeasuredRates(
            rate: gpuGflops.map { $0 * 1e9 }, bandwidth: gpuBandwidth.map { $0 * 1e9 }, bus: busBandwidth.map { $0 * 1e9 })
        question.waiting = wait.flatMap(Given.seconds) ?? 0
        let view = try Advised.run { try OffloadDesk.answer(question) }
        try output.show(view, view.table, csv: .list("points", columns: ["size", "processor", "accelerator"]))
        guard !output.isData else { return }
        Terminal.write("\n" + view.curve(unicode: Glyphs.areUnicode) + "\n" + Advised.lines("Assumed", view.assumptions))
    }
}

extension OffloadView {
    private func joules(_ joules: Double) -> String {
        joules < 1e15 ? Energy(millijoules: Int64(joules * 1_000)).text : "no end of energy"
    }

    fileprivate var table: Table {
        let times = calls > 1 ? "\(Advised.size(calls)) × " : ""
        return Table(
            ["", ""],
            [
                ["task", "\(times)\(task) of \(Advised.size(size)) \(unit)"],
                ["processor", "\(Rough.seconds(processorSeconds)), \(joules(processorJoules))"],
                [gpu, "\(Rough.seconds(acceleratorSeconds)) with its start, \(joules(acceleratorJoules))"],
                [
                    "turns at",
                    crossover.map { "\(Advised.size($0)) \(unit): larger ones are faster on the GPU" }
                        ?? "no size: the processor is always faster",
                ],
                ["answer", words],
            ], whenEmpty: "")
    }

    /// Both at each size, as bars of the logarithm.
    fileprivate func curve(unicode: Bool) -> String {
        let shown = points.enumerated().filter { $0.offset % max(1, points.count / 12) == 0 }.map(\.element)
        let all = shown.flatMap { [$0.processor, $0.accelerator] }
        guard let least = all.min(), let most = all.max(), most > least else { return "" }
        let low = log(least), span = log(most) - low
        func bar(_ seconds: Double) -> String {
            Sparkline.bar((log(seconds) - low) / span, width: 18, unicode: unicode)
                .replacingOccurrences(of: unicode ? "░" : ".", with: " ")
        }
        let rows = shown.map { point in
            [
                Advised.size(point.size), bar(point.processor), Rough.seconds(point.processor), bar(point.accelerator),
                Rough.seconds(point.accelerator), point.accelerator < point.processor ? "GPU" : "CPU",
            ]
        }
        return Table([unit.uppercased(), "PROCESSOR", "", "GPU", "", "FASTER"], rows, whenEmpty: "")
            .text(width: Terminal.width(of: 1))
    }
}
