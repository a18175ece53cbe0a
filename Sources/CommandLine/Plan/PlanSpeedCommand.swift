import Advice
import Advisor
package import ArgumentParser
import Foundation
import WireModel

/// `carrel plan speed`: how fast a kind of work goes on one GPU beside another.
package struct PlanSpeedCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "speed", abstract: "How fast a kind of work goes on one GPU beside another, with its range.",
        usage: "carrel plan speed --workload NAME --gpu NAME [--precision fp32|fp16|bf16] [--relative-to NAME]",
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
    @Option(parsing: .unconditional, help: "The GPU.")
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
        guard let gpu else {
            Exit.say("Which GPU? carrel plan speed --workload resnet50-train --gpu h100; --list names the kinds of work.")
            throw ExitCode(64)
        }
        let view = try Advised.run {
            try SpeedDesk.answer(
                workload: workload, precision: precision, gpu: gpu, count: gpus, relativeTo: relativeTo)
        }
        func times(_ number: Double) -> String { String(format: "%.2f", number) }
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
}
