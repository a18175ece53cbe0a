import Advice
package import ArgumentParser
import FleetModel
import Foundation
import WireModel

/// `carrel plan compare`: accelerators side by side.
package struct PlanCompareCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "GPUs side by side: rates, memory, power, price, and work for a watt and a dollar.",
        usage: "carrel plan compare GPU... | --list",
        discussion: """
            Rates are dense and those of FP16 and BF16 add in FP32, as training does. A dash: the maker doesn't say. \
            Memory is in GiB, as drivers count: a GPU that is sold with 24 GB has 24 GiB.

            Example:
              carrel plan compare a100 mi100 rtx4090
            """)

    @Argument(help: "GPUs, as people write them: a100, rtx4090, 'A100 PCIe 80GB'.")
    package var gpus: [String] = []
    @Flag(help: "All of the catalogue, a line each.")
    package var list = false

    @OptionGroup package var output: OutputOptions

    package init() {}

    package mutating func validate() throws {
        if gpus.isEmpty, !list { throw ValidationError("Which GPUs? carrel plan compare a100 rtx4090; --list shows all.") }
        if !gpus.isEmpty, list { throw ValidationError("--list shows all GPUs and takes none.") }
    }

    package mutating func run() async throws {
        let view = try Advised.run { try CompareDesk.answer(gpus) }
        try output.show(
            view,
            list ? view.lines : AcceleratorList(accelerators: Array(view.accelerators.prefix(3)), notes: []).sideBySide,
            csv: .list(
                "accelerators",
                columns: [
                    "name", "vendor", "segment", "architecture", "year", "cores", "tensorCores", "fp64", "fp32", "fp16",
                    "tensorTF32", "tensorFP16", "tensorBF16", "tensorFP8", "tensorINT8", "memoryBytes",
                    "bandwidthBytesPerSecond", "watts", "price", "currency", "priceYear", "source",
                ]))
        guard !output.isData, !list else { return }
        // Three beside each other are what a terminal of 80 columns holds.
        for start in stride(from: 3, to: view.accelerators.count, by: 3) {
            let some = AcceleratorList(accelerators: Array(view.accelerators[start...].prefix(3)), notes: [])
            Terminal.write("\n" + some.sideBySide.text(width: Terminal.width(of: 1)))
        }
        Terminal.write("\n" + view.picture(unicode: Glyphs.areUnicode) + "\n")
        Terminal.write(Advised.lines("Notes", view.notes + view.accelerators.map { "\($0.name): \($0.source)" }))
    }
}

extension AcceleratorList {
    fileprivate var lines: Table {
        Table(
            ["GPU", "YEAR", "MEMORY", "BANDWIDTH", "FP32", "FP16 TENSOR", "POWER", "PRICE"],
            accelerators.map { one in
                [
                    one.name, "\(one.year)", MemoryBytes(one.memoryBytes).gibibytesText, Self.bandwidth(one),
                    Self.tera(one.fp32), Self.tera(one.tensorFP16), Self.watts(one), Self.price(one),
                ]
            }, whenEmpty: "", dispensable: ["YEAR", "PRICE", "POWER", "FP32"])
    }

    fileprivate var sideBySide: Table {
        let rows: [(String, (AcceleratorView) -> String)] = [
            ("made by", { $0.vendor }), ("for", { $0.segment }), ("architecture", { "\($0.architecture), \($0.year)" }),
            ("FP32", { Self.tera($0.fp32) }), ("FP64", { Self.tera($0.fp64) }),
            ("FP16, ordinary cores", { Self.tera($0.fp16) }),
            ("TF32 tensor", { Self.tera($0.tensorTF32) }), ("FP16 tensor", { Self.tera($0.tensorFP16) }),
            ("BF16 tensor", { Self.tera($0.tensorBF16) }), ("FP8 tensor", { Self.tera($0.tensorFP8) }),
            ("INT8 tensor", { Self.tera($0.tensorINT8) }), ("cores", { $0.cores.map(String.init) ?? "-" }),
            ("tensor cores", { $0.tensorCores.map(String.init) ?? "-" }),
            ("memory", { MemoryBytes($0.memoryBytes).gibibytesText }), ("bandwidth", Self.bandwidth), ("power", Self.watts),
            ("price", Self.price), ("FP16 for a watt", { Self.giga($0.tensorFP16PerWatt) }),
            ("FP16 for a dollar", { Self.giga($0.tensorFP16PerDollar) }),
        ]
        return Table(
            [""] + accelerators.map { $0.name.uppercased() }, rows.map { row in [row.0] + accelerators.map(row.1) },
            whenEmpty: "")
    }

    /// Bars for what predicts speed: bandwidth, tensor rate and memory.
    fileprivate func picture(unicode: Bool) -> String {
        let rows: [(String, (AcceleratorView) -> Double?)] = [
            ("bandwidth", { $0.bandwidthBytesPerSecond }), ("FP16 tensor", { $0.tensorFP16 ?? $0.fp16 ?? $0.fp32 }),
            ("memory", { Double($0.memoryBytes) }), ("FP16 for a watt", { $0.tensorFP16PerWatt }),
        ]
        let width = accelerators.map(\.name.count).max() ?? 0
        return rows.map { title, value in
            let most = accelerators.compactMap(value).max() ?? 1
            return title + "\n"
                + accelerators.map { one in
                    let name = one.name.padding(toLength: width, withPad: " ", startingAt: 0)
                    let bar = value(one).map { Sparkline.bar($0 / most, width: 30, unicode: unicode) } ?? "not known"
                    return "  \(name)  \(bar)\n"
                }.joined()
        }.joined()
    }

    private static func tera(_ rate: Double?) -> String {
        rate.map { $0 >= 1e13 ? String(format: "%.0f T", $0 / 1e12) : String(format: "%.2f T", $0 / 1e12) } ?? "-"
    }

    private static func giga(_ rate: Double?) -> String { rate.map { String(format: "%.1f G", $0 / 1e9) } ?? "-" }

    private static func bandwidth(_ one: AcceleratorView) -> String {
        String(format: "%.0f GB/s", one.bandwidthBytesPerSecond / 1e9)
    }

    private static func watts(_ one: AcceleratorView) -> String { one.watts.map { "\(Int($0)) W" } ?? "-" }

    private static func price(_ one: AcceleratorView) -> String {
        guard let price = one.price else { return "-" }
        return "\(price.whole) \(one.currency ?? "")" + (one.priceYear.map { " (\($0))" } ?? "")
    }
}
