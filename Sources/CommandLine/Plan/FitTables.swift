import FleetModel
import Foundation
import WireModel

extension FitView {
    static func parameters(_ number: Double) -> String {
        number >= 1e9 ? String(format: "%.2f billion", number / 1e9) : String(format: "%.1f million", number / 1e6)
    }

    var table: Table {
        var rows = [
            ["answer", sentence],
            ["model", "\(model), \(Self.parameters(parameters)) parameters (\(source))"],
            ["at least", MemoryBytes(lowerBytes).gibibytesText + perGPU],
            ["expected", MemoryBytes(expectedBytes).gibibytesText + perGPU],
            ["safe with", MemoryBytes(safeBytes).gibibytesText + perGPU],
        ]
        if gpus > 1 { rows.append(["all \(gpus) GPUs", MemoryBytes(totalExpectedBytes).gibibytesText]) }
        rows.append(contentsOf: parts.map { ["", "\(MemoryBytes($0.bytes).gibibytesText)  \($0.words)"] })
        return Table(["", ""], rows, whenEmpty: "")
    }

    private var perGPU: String { gpus > 1 ? " on each GPU" : "" }

    var afterwards: String {
        let width = Terminal.width(of: 1)
        var text =
            "\n"
            + Table(
                ["GPU", "MEMORY", ""], devices.map { [$0.gpu, MemoryBytes($0.memoryBytes).gibibytesText, $0.words] },
                whenEmpty: ""
            ).text(width: width)
        if tellsTime { text += "\n" + times.text(width: width) }
        for note in timeNotes {
            text += Wrapping.wrapped(note.prefix(1).uppercased() + note.dropFirst() + ".", width: width) + "\n"
        }
        if !rentWords.isEmpty { text += "\n" + Advised.lines("Rents", rentWords) }
        if !remedies.isEmpty {
            text +=
                "\n\(remedyTitle)\n"
                + Table(
                    ["", "", ""],
                    remedies.map { ["  " + $0.options, MemoryBytes($0.safeBytes).gibibytesText, $0.words] }, whenEmpty: ""
                ).text(width: width)
        }
        if remedies.isEmpty, devices.count == 1, devices[0].verdict == "doesNotFit" {
            text += "\nNothing that is known here makes it fit: take a smaller model, or more than 64 GPUs.\n"
        }
        return text + "\n" + Advised.lines("Assumed", assumptions)
    }

    private var times: Table {
        Table(
            ["GPU", "TIME", "BETWEEN", "ENERGY", "TO RENT"],
            devices.filter { $0.seconds != nil }.map {
                [$0.timedName, $0.timeText ?? "-", $0.timeRangeText ?? "-", $0.energyText ?? "-", $0.rentText ?? "-"]
            }, whenEmpty: "", continued: ["BETWEEN", "ENERGY"])
    }
}
