import FleetModel

/// One row of a table, read by its columns' names.
struct TableRow {
    let table: TableText
    let line: Int
    let fields: [String]

    /// nil: empty.
    func text(_ column: String) throws(TableText.ParseError) -> String? {
        let text = fields[try table.index(column)]
        return text.isEmpty ? nil : text
    }

    func needed(_ column: String) throws(TableText.ParseError) -> String {
        guard let text = try text(column) else { throw .nothing(line: line, column: column) }
        return text
    }

    /// Not negative; `scale` times what is written there.
    func number(_ column: String, times scale: Double = 1) throws(TableText.ParseError) -> Double? {
        guard let text = try text(column) else { return nil }
        guard let number = Double(text), number.isFinite, number >= 0, number <= 1e15 else {
            throw .notANumber(line: line, column: column, text: text)
        }
        return number * scale
    }

    func neededNumber(_ column: String, times scale: Double = 1) throws(TableText.ParseError) -> Double {
        guard let number = try number(column, times: scale) else { throw .nothing(line: line, column: column) }
        return number
    }

    func whole(_ column: String) throws(TableText.ParseError) -> Int? {
        guard let number = try number(column) else { return nil }
        guard let whole = Int(exactly: number) else {
            throw .notANumber(line: line, column: column, text: try needed(column))
        }
        return whole
    }

    /// Digits and at most six after the dot, read without a fraction of two.
    func money(_ column: String, currency: String = "USD") throws(TableText.ParseError) -> Cost? {
        guard let text = try text(column) else { return nil }
        guard let cost = Cost(parsing: text, currency: currency) else {
            throw .notANumber(line: line, column: column, text: text)
        }
        return cost
    }
}

extension Cost {
    /// Reads `1599`, `0.526`; digits after the sixth are cut off, since no price of ours has them. nil: no such number, or more
    /// than nine billion.
    package init?(parsing text: String, currency: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts.allSatisfy { $0.utf8.allSatisfy { (48...57).contains($0) } }
        guard digits, let first = parts.first, !first.isEmpty || parts.count == 2, first.utf8.count <= 10 else { return nil }
        var micros = (first.isEmpty ? 0 : Int64(first) ?? 0) * 1_000_000
        if parts.count == 2 {
            guard !parts[1].isEmpty else { return nil }
            let kept = parts[1].prefix(6)
            micros += (Int64(kept) ?? 0) * [100_000, 10_000, 1_000, 100, 10, 1][kept.utf8.count - 1]
        }
        self.init(micros: micros, currency: currency)
    }
}
