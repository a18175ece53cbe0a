import FleetModel

/// Rows and columns for people.
package struct Table {
    var columns: [String]
    var rows: [[String]]
    /// Shown instead of an empty table.
    var whenEmpty: String
    /// What a narrow terminal can do without, the least needed first.
    var dispensable: [String]

    /// A last column of at least this width holds sentences: they are continued on the next line.
    private static let narrowestSentences = 24
    private static let gap = 2

    package init(_ columns: [String], _ rows: [[String]], whenEmpty: String, dispensable: [String] = []) {
        self.columns = columns
        // What users and machines have named is shown and never obeyed by a terminal.
        self.rows = rows.map { $0.map(\.withoutControls) }
        self.whenEmpty = whenEmpty
        self.dispensable = dispensable
    }

    /// Columns as wide as their widest cell, two spaces between them.
    ///
    /// - Parameter width: of the terminal: dispensable columns give way, sentences are continued below, and what is still
    ///   too wide is cut in its middle. nil: it goes elsewhere and is whole.
    func text(width: Int?) -> String {
        guard !rows.isEmpty else { return Wrapping.wrapped(whenEmpty, width: width) + "\n" }
        // A list of properties has no headings.
        var lines = columns.allSatisfy(\.isEmpty) ? rows : [columns] + rows
        var widths = Self.widths(lines)
        if let width {
            for name in dispensable where Self.total(widths) > width {
                guard let column = lines[0].firstIndex(of: name) else { continue }
                for line in lines.indices { lines[line].remove(at: column) }
                widths = Self.widths(lines)
            }
            Self.narrow(&widths, to: width)
        }
        return lines.map { Self.line($0, widths) }.joined()
    }

    private static func widths(_ lines: [[String]]) -> [Int] {
        lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    }

    private static func total(_ widths: [Int]) -> Int { widths.reduce(0, +) + gap * (widths.count - 1) }

    private static func narrow(_ widths: inout [Int], to width: Int) {
        let excess = total(widths) - width
        guard excess > 0, let last = widths.last else { return }
        if last >= narrowestSentences {
            widths[widths.count - 1] = max(narrowestSentences, last - excess)
        } else {
            for _ in 0..<excess {
                guard let widest = widths.indices.dropLast().max(by: { widths[$0] < widths[$1] }), widths[widest] > 8 else {
                    return
                }
                widths[widest] -= 1
            }
        }
    }

    /// In the middle: beginnings and ends tell things apart. A remark in parentheses at the end, such as `(simulated)`, stays.
    private static func cut(_ cell: String, to width: Int) -> String {
        guard cell.count > width else { return cell }
        let remark = cell.last == ")" ? cell.lastIndex(of: "(").map { cell[$0...].count } : nil
        let end = max(0, min(remark ?? width / 2, width - 2))
        return cell.prefix(width - 1 - end) + "…" + cell.suffix(end)
    }

    private static func line(_ cells: [String], _ widths: [Int]) -> String {
        var start = ""
        for (cell, width) in zip(cells.dropLast(), widths) {
            let shown = Self.cut(cell, to: width)
            start += shown + String(repeating: " ", count: width - shown.count + gap)
        }
        let indent = String(repeating: " ", count: start.count)
        let pieces = Wrapping.pieces(of: cells.last ?? "", width: widths.last ?? 0)
        return pieces.enumerated().map { index, piece in
            var line = (index == 0 ? start : indent) + piece
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
