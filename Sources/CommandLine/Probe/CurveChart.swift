import Foundation

/// A picture of characters, for a terminal.
struct CurveChart {
    let picture: CurvePicture
    var width = 60
    var height = 12
    var unicode = true

    private static let marks: [Character] = ["●", "○", "■", "□", "▲", "△", "◆", "◇", "★", "☆", "◐", "◑", "▼", "▽"]
    private static let plainMarks: [Character] = ["o", "x", "#", "%", "G", "B", "D", "r", "a", "b", "c", "d", "e", "f"]
    /// Where two ways meet.
    private static let several: Character = "*"

    private var marks: [Character] { unicode ? Self.marks : Self.plainMarks }
    private func mark(_ series: CurvePicture.Series) -> Character { marks[series.mark % marks.count] }

    private func column(_ size: Double) -> Int {
        let range = picture.across
        return place((log10(max(size, 1e-9)) - range.lowerBound) / (range.upperBound - range.lowerBound), width)
    }

    private func row(_ logarithm: Double) -> Int {
        let range = picture.upward
        return height - 1 - place((logarithm - range.lowerBound) / (range.upperBound - range.lowerBound), height)
    }

    private func place(_ share: Double, _ count: Int) -> Int {
        min(count - 1, max(0, Int((share * Double(count - 1)).rounded())))
    }

    /// Lines that end with a line feed.
    var text: String {
        let cells = cells, labels = labels
        let margin = labels.map(\.count).max() ?? 0
        var text = ""
        for (label, line) in zip(labels, cells) {
            let pad = String(repeating: " ", count: margin - label.count)
            text += trimmed("\(pad)\(label) \(label.isEmpty ? (unicode ? "│" : "|") : (unicode ? "┤" : "+"))\(String(line))")
        }
        let blank = String(repeating: " ", count: margin + 1)
        text += blank + (unicode ? "└" : "+") + String(repeating: unicode ? "─" : "-", count: width) + "\n"
        text += trimmed(blank + " " + sizeLabels)
        return text + legend.map { blank + " " + $0 + "\n" }.joined()
    }

    private func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line + "\n"
    }

    /// Of the powers of ten, as far as each has a line of its own.
    private var labels: [String] {
        var labels = [String](repeating: "", count: height)
        for decade in picture.decades {
            let row = row(Double(decade))
            if labels[row].isEmpty { labels[row] = CurvePicture.time(decade, micro: unicode ? "µ" : "u") }
        }
        return labels
    }

    private var cells: [[Character]] {
        var cells = [[Character]](repeating: [Character](repeating: " ", count: width), count: height)
        if let crossover = picture.crossover {
            for column in Set([column(crossover.lowerBound), column(crossover.upperBound)]) {
                for row in 0..<height { cells[row][column] = unicode ? "┊" : ":" }
            }
        }
        for series in picture.series { connect(series, &cells) }
        var marked = [[Bool]](repeating: [Bool](repeating: false, count: width), count: height)
        for series in picture.series {
            for point in series.points {
                let (row, column) = (row(log10(point.seconds)), column(Double(point.size)))
                cells[row][column] = marked[row][column] ? Self.several : mark(series)
                marked[row][column] = true
            }
        }
        return cells
    }

    /// Dots from mark to mark.
    private func connect(_ series: CurvePicture.Series, _ cells: inout [[Character]]) {
        for (from, to) in zip(series.points, series.points.dropFirst()) {
            let (start, end) = (column(Double(from.size)), column(Double(to.size)))
            let (low, high) = (log10(from.seconds), log10(to.seconds))
            guard end > start + 1 else { continue }
            for column in start + 1..<end {
                let share = Double(column - start) / Double(end - start)
                let row = row(low + (high - low) * share)
                if cells[row][column] == " " { cells[row][column] = unicode ? "·" : "." }
            }
        }
    }

    /// Each below its column, as far as there is room.
    private var sizeLabels: String {
        var line = [Character](repeating: " ", count: width + 8), free = 0
        for size in picture.sizes {
            let label = Array(CurvePicture.size(size)), start = max(0, column(Double(size)) - label.count / 2)
            guard start >= free, start + label.count <= line.count else { continue }
            for (index, character) in label.enumerated() { line[start + index] = character }
            free = start + label.count + 1
        }
        while line.last == " " { line.removeLast() }
        return String(line)
    }

    /// What each mark is, as many in a line as there is room for, and what the upright line is.
    private var legend: [String] {
        var entries = picture.series.map { "\(mark($0)) \($0.name)" }
        if cells.contains(where: { $0.contains(Self.several) }) { entries.append("\(Self.several) several") }
        var lines = ["\(picture.unit) across, time up, both in powers"], line = ""
        for entry in entries {
            if !line.isEmpty, line.count + 3 + entry.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : "   ") + entry
        }
        lines.append(line)
        if let crossover = picture.crossover { lines.append("\(unicode ? "┊" : ":") \(Self.words(crossover, picture))") }
        // The labels of the sizes may stand out as far.
        return lines.flatMap { $0.count > width + 5 ? Wrapping.pieces(of: $0, width: width + 5) : [$0] }
    }

    /// What the upright lines say.
    static func words(_ crossover: ClosedRange<Double>, _ picture: CurvePicture) -> String {
        let isReckoned = picture.series.contains(where: \.isReckoned)
        func size(_ size: Double) -> String { "\(isReckoned ? ProbeWords.rounded(size) : Int(min(size, 1e15)))" }
        let (low, high) = (size(crossover.lowerBound), size(crossover.upperBound)), unit = picture.unit
        let end = isReckoned ? ", reckoned, with copies" : ", with everything on it already"
        return low == high
            ? "the GPU is faster from \(high) \(unit) on\(end)"
            : "between \(low) and \(high) \(unit) the GPU becomes faster\(end)"
    }
}
