import FleetModel

/// Rows and columns for people.
package struct Table {
    var columns: [String]
    var rows: [[String]]
    /// Shown instead of an empty table.
    var whenEmpty: String
    /// What a narrow terminal can do without, the least needed first.
    var dispensable: [String]
    /// Columns whose cells go on below where the terminal is narrow; the last one with sentences does so by itself.
    var continued: [String]

    /// A last column of at least this width holds sentences: they are continued on the next line.
    private static let narrowestSentences = 24
    private static let gap = 2

    package init(
        _ columns: [String], _ rows: [[String]], whenEmpty: String, dispensable: [String] = [],
        continued: [String] = []
    ) {
        self.columns = columns
        // What users and machines have named is shown and never obeyed by a terminal.
        self.rows = rows.map { $0.map(\.withoutControls) }
        self.whenEmpty = whenEmpty
        self.dispensable = dispensable
        self.continued = continued
    }

    /// Columns as wide as their widest cell, two spaces between them.
    ///
    /// - Parameter width: of the terminal: dispensable columns give way, sentences are continued below, and what is still
    ///   too wide is cut in its middle. nil: it goes elsewhere and is whole.
    func text(width: Int?) -> String {
        guard !rows.isEmpty else { return Wrapping.wrapped(whenEmpty, width: width) + "\n" }
        // A list of properties has no headings.
        var lines = columns.allSatisfy(\.isEmpty) ? rows : [columns] + rows
        var widths = Self.widths(lines), flowing: [Int] = []
        if let width {
            for name in dispensable where Self.total(widths) > width {
                guard let column = lines[0].firstIndex(of: name) else { continue }
                for line in lines.indices { lines[line].remove(at: column) }
                widths = Self.widths(lines)
            }
            flowing = lines[0].indices.filter { continued.contains(lines[0][$0]) }
            Self.narrow(&widths, to: width, flowing.map { ($0, Self.longestWord(lines.map(\.[$0]))) })
        }
        return lines.map { Self.line($0, widths, flowing) }.joined()
    }

    private static func widths(_ lines: [[String]]) -> [Int] {
        lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    }

    private static func total(_ widths: [Int]) -> Int { widths.reduce(0, +) + gap * (widths.count - 1) }

    private static func longestWord(_ cells: [String]) -> Int {
        cells.flatMap { $0.split(separator: " ") }.map(\.count).max() ?? 0
    }

    /// - Parameter flowing: columns that may go on below, with the least that each needs.
    private static func narrow(_ widths: inout [Int], to width: Int, _ flowing: [(column: Int, least: Int)]) {
        func isTooWide() -> Bool { total(widths) > width }
        while isTooWide() {
            let wide = flowing.filter { widths[$0.column] > $0.least }.map(\.column)
            guard let widest = wide.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
        }
        let last = widths.count - 1
        while isTooWide(), widths[last] > narrowestSentences { widths[last] -= 1 }
        while isTooWide() {
            let rest = widths.indices.dropLast().filter { column in !flowing.contains { $0.column == column } }
            guard let widest = rest.max(by: { widths[$0] < widths[$1] }), widths[widest] > 8 else { return }
            widths[widest] -= 1
        }
    }

    /// In the middle: beginnings and ends tell things apart. A remark in parentheses at the end, such as `(simulated)`, stays.
    private static func cut(_ cell: String, to width: Int) -> String {
        guard cell.count > width else { return cell }
        let remark = cell.last == ")" ? cell.lastIndex(of: "(").map { cell[$0...].count } : nil
        let end = max(0, min(remark ?? width / 2, width - 2))
        return cell.prefix(width - 1 - end) + "…" + cell.suffix(end)
    }

    private static func line(_ cells: [String], _ widths: [Int], _ flowing: [Int]) -> String {
        let columns = cells.indices.map { column in
            column == cells.count - 1 || flowing.contains(column)
                ? Wrapping.pieces(of: cells[column], width: widths[column]) : [cut(cells[column], to: widths[column])]
        }
        return (0..<(columns.map(\.count).max() ?? 0)).map { row in
            var line = ""
            for (pieces, width) in zip(columns, widths) {
                let piece = row < pieces.count ? pieces[row] : ""
                line += piece + String(repeating: " ", count: max(0, width - piece.count) + gap)
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
