import Advice
import Advisor
package import ArgumentParser
import Foundation
import WireModel

/// `carrel plan speed`: how fast a kind of work goes on one GPU beside another.
package struct PlanSpeedCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "speed", abstract: "How fast a kind of work goes on one GPU beside another, with its range.",
        usage: "carrel plan speed --workload NAME [--gpu NAME] [--precision fp32|fp16|bf16] [--relative-to NAME]",
        discussion: """
            From bandwidth, tensor rate and FP32 rate, weighed for each kind of work by published measurements on V100 to H100. \
            Nine of ten of those lie within the range that is shown.

            Example:
              carrel plan speed --workload resnet50-train --precision fp16 --gpu h100 --relative-to a100
            """)

    @Option(parsing: .unconditional, help: "The kind of work; --list names all.")
    package var workload = "transformer-train"
    @Option(parsing: .unconditional, help: "fp32, fp16 (the default), bf16, fp8 or int8.")
    package var precision: String?
    @Option(parsing: .unconditional, help: "The GPU; otherwise all that are sold new, the fastest first.")
    package var gpu: String?
    @Option(parsing: .unconditional, help: "How many of them.")
    package var gpus = 1
    @Option(parsing: .unconditional, help: "The GPU to compare with; otherwise a V100 of 16 GB.")
    package var relativeTo: String?
    @Flag(help: "Name the kinds of work.")
    package var list = false

    @OptionGroup package var output: OutputOptions

    package init() {}

    package mutating func run() async throws {
        if list {
            let table = Table(["WORKLOAD", "WHAT"], Workload.all.map { [$0.name, $0.words] }, whenEmpty: "")
            return Terminal.write(table.text(width: Terminal.width(of: 1)))
        }
        guard let gpu else { return try showAll() }
        let view = try Advised.run {
            try SpeedDesk.answer(
                workload: workload, precision: precision, gpu: gpu, count: gpus, relativeTo: relativeTo)
        }
        var rows = [
            ["work", "\(view.workload), \(view.precision)"], ["GPU", (view.gpus > 1 ? "\(view.gpus) × " : "") + view.gpu],
            [
                "speed",
                "\(times(view.relativeSpeed)) × \(view.relativeTo) (\(times(view.lowerRelativeSpeed)) to \(times(view.upperRelativeSpeed)))",
            ],
        ]
        if let rate = view.rate {
            rows.append(["rate", "about \(Int(rate.rounded())) \(view.unit)/s at a batch that fills its memory"])
        }
        try output.show(view, Table(["", ""], rows, whenEmpty: ""), csv: .fields)
    }

    /// Every GPU that is sold new, the fastest first.
    private func showAll() throws {
        let year = Calendar(identifier: .gregorian).component(.year, from: Date())
        let views = try Advised.run {
            try SpeedDesk.all(workload: workload, precision: precision, count: gpus, relativeTo: relativeTo, year: year)
        }
        let list = List(speeds: views)
        try output.show(
            list,
            Table(
                ["GPU", "SPEED", "RANGE", "RATE"],
                views.map { view in
                    [
                        (view.gpus > 1 ? "\(view.gpus) × " : "") + view.gpu, times(view.relativeSpeed),
                        "\(times(view.lowerRelativeSpeed)) to \(times(view.upperRelativeSpeed))",
                        view.rate.map { "\(Int($0.rounded())) \(view.unit)/s" } ?? "-",
                    ]
                }, whenEmpty: "No data sheet says a rate for that precision."),
            csv: .list(
                "speeds",
                columns: [
                    "workload", "precision", "gpu", "gpus", "relativeTo", "relativeSpeed", "lowerRelativeSpeed",
                    "upperRelativeSpeed", "rate", "unit",
                ]))
        guard !output.isData, let first = views.first else { return }
        let words =
            "Work: \(first.workload), \(first.precision). 1 is the speed of \(first.relativeTo). Weighed by measurements on NVIDIA's "
            + "GPUs: what others reach depends on their software, and their range is wider. Only what is sold new is listed; --gpu "
            + "names any."
        Terminal.write("\n" + Wrapping.wrapped(words, width: Terminal.width(of: 1)) + "\n")
    }

    private func times(_ number: Double) -> String { String(format: "%.2f", number) }

    private struct List: Encodable {
        let speeds: [SpeedView]
    }
}
