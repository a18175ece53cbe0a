import FleetModel
import Foundation

extension ProbeReport {
    /// Tables and pictures, or all of it as data.
    package func show(_ output: OutputOptions) throws {
        if output.json || output.csv {
            return try output.show(
                output.csv ? AnyReport(rows: rows) : AnyReport(report: self), Table([""], [], whenEmpty: ""),
                csv: .list(
                    "points",
                    columns: [
                        "kernel", "method", "device", "threads", "isOnGPU", "isReckoned", "size", "unit", "seconds",
                        "operationsPerSecond",
                    ]))
        }
        Terminal.write(text(width: Terminal.width(of: 1), unicode: Glyphs.areUnicode))
    }

    /// Columns that a chart needs; a narrower terminal has tables and sentences.
    private static let leastWidth = 44

    /// - Parameter width: of the terminal; nil: it goes elsewhere.
    func text(width: Int?, unicode: Bool) -> String {
        var text = ""
        for kernel in kernels {
            text += kernel.text(width: width, unicode: unicode)
            if let picture = CurvePicture(kernel, words: nil), (width ?? 80) >= Self.leastWidth {
                let room = min(60, (width ?? 80) - 14)
                text += "\n" + CurveChart(picture: picture, width: room, unicode: unicode).text
            }
            text += "\n"
        }
        let sections = [
            Advised.lines("So", words, width: width), Advised.lines("Measured", measured, width: width),
            Advised.lines("Reckoned, not measured", reckonedWords, width: width),
            Advised.lines("Not measured", missing, width: width),
        ]
        text += sections.filter { !$0.isEmpty }.joined(separator: "\n")
        if let command = figures.command {
            text += "\nUse this in:\n  \(command)\n"
            if figures.busBandwidth != nil {
                text +=
                    Wrapping.wrapped(
                        "The bus stands there with half of what pinned memory reached: ordinary arrays reach that.",
                        width: width)
                    + "\n"
            }
        }
        return text
    }

    private var reckonedWords: [String] {
        against.map {
            [
                "\($0.gpu), \($0.why): by its data sheet, 0.7 of its FP32 rate, 0.8 of its bandwidth, half of its bus, "
                    + "10 µs for each of its kernels; that may be off by 2, which the sizes above allow for"
            ]
        } ?? []
    }

    /// One SVG of all kernels.
    package var svg: String {
        let pictures = kernels.compactMap { CurvePicture($0, words: ProbeWords.verdict($0, against?.gpu)) }
        return CurveDrawing(
            pictures: pictures,
            remarks: measured.map { "Measured " + $0 + "." } + reckonedWords.map { "Reckoned: " + $0 + "." }
        )
        .text
    }

    /// A row for each point.
    private struct Row: Encodable {
        let kernel: String
        let method: String
        let device: String?
        let threads: Int?
        let isOnGPU: Bool
        let isReckoned: Bool
        let size: Int
        let unit: String
        let seconds: Double
        let operationsPerSecond: Double
    }

    private var rows: [Row] {
        kernels.flatMap { kernel in
            kernel.curves.flatMap { curve in
                curve.points.map { point in
                    Row(
                        kernel: kernel.kernel, method: curve.method, device: curve.device, threads: curve.threads,
                        isOnGPU: curve.isOnGPU, isReckoned: curve.isReckoned, size: point.size, unit: kernel.unit,
                        seconds: point.seconds, operationsPerSecond: point.operationsPerSecond)
                }
            }
        }
    }

    /// The whole report, or its points in rows.
    private struct AnyReport: Encodable {
        var report: ProbeReport?
        var rows: [Row]?

        private enum Key: CodingKey { case points }

        func encode(to encoder: any Encoder) throws {
            if let report { return try report.encode(to: encoder) }
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(rows, forKey: .points)
        }
    }
}

extension ProbeReport.Kernel {
    /// Its title, its times, in several tables where one would be too wide, and why a curve ended.
    fileprivate func text(width: Int?, unicode: Bool) -> String {
        var tables: [[ProbeReport.Curve]] = [[]]
        for curve in curves where !curve.points.isEmpty {
            let wider = (tables.last ?? []) + [curve]
            if let width, (tables.last?.count ?? 0) > 0,
                table(wider).text(width: nil).split(separator: "\n").contains(where: { $0.count > width })
            {
                tables.append([curve])
            } else {
                tables[tables.count - 1] = wider
            }
        }
        let ends = curves.compactMap { curve in curve.end.map { "  \(curve.name): \($0)\n" } }.joined()
        return words + "\n" + tables.filter { !$0.isEmpty }.map { table($0).text(width: width) }.joined(separator: "\n")
            + ends
    }

    private func table(_ shown: [ProbeReport.Curve]) -> Table {
        let sizes = Array(Set(curves.flatMap { $0.points.map(\.size) })).sorted()
        var rows = sizes.map { size -> [String] in
            let cells = shown.map { curve in
                curve.points.first { $0.size == size }.map { (curve.isReckoned ? "~" : "") + Rough.seconds($0.seconds) }
                    ?? ""
            }
            return ["\(size)"] + cells + [fastest(at: size)]
        }
        rows.append(
            ["at most"]
                + shown.map { curve in curve.points.map(\.operationsPerSecond).max().map { Self.rate($0, isBytes) } ?? "" }
                + [""])
        let names = shown.map { $0.isReckoned ? "RECKONED" : $0.name.uppercased() }
        return Table([unit.uppercased()] + names + ["FASTEST"], rows, whenEmpty: "")
    }

    private var isBytes: Bool { ["scaledSum", "transferToDevice", "transferFromDevice"].contains(kernel) }

    /// Of what was measured.
    private func fastest(at size: Int) -> String {
        curves.filter { !$0.isReckoned }.compactMap { curve in
            curve.points.first { $0.size == size }.map { (curve.name, $0.seconds) }
        }.min { $0.1 < $1.1 }?.0 ?? ""
    }

    private static func rate(_ rate: Double, _ isBytes: Bool) -> String {
        let unit = isBytes ? "B/s" : "flop/s"
        return rate >= 1e12 ? String(format: "%.1f T\(unit)", rate / 1e12) : String(format: "%.1f G\(unit)", rate / 1e9)
    }
}
