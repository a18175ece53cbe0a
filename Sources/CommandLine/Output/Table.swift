/// Rows and columns, as text for people or as CSV.
package struct Table {
    var columns: [String]
    var rows: [[String]]
    /// Shown instead of an empty table.
    var whenEmpty: String

    package init(_ columns: [String], _ rows: [[String]], whenEmpty: String) {
        self.columns = columns
        self.rows = rows
        self.whenEmpty = whenEmpty
    }

    /// Columns as wide as their widest cell, two spaces between them.
    var text: String {
        guard !rows.isEmpty else { return whenEmpty + "\n" }
        // A list of properties has no headings.
        let all = columns.allSatisfy(\.isEmpty) ? rows : [columns] + rows
        let widths = columns.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
            }
            return line + "\n"
        }.joined()
    }

    /// RFC 4180; a cell that a spreadsheet would take for a formula is quoted with an apostrophe.
    var csv: String {
        ([columns] + rows).map { $0.map(Self.quoted).joined(separator: ",") + "\r\n" }.joined()
    }

    private static func quoted(_ cell: String) -> String {
        let safe = ["=", "+", "@", "\t"].contains { cell.hasPrefix($0) } ? "'" + cell : cell
        guard safe.contains(where: { ",\"\r\n".contains($0) }) else { return safe }
        return "\"" + safe.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
