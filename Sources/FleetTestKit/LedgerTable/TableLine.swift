import LeaseLedger

/// A line of a table, split into its two columns.
struct TableLine {
    /// From 1.
    let number: Int
    let command: String
    /// nil: anything but a rejection will do.
    let expectation: String?

    /// The lines that say something.
    static func lines(of text: String) -> [TableLine] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            let said = line.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)[0]
            let columns = said.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false).map(trimmed)
            if columns.allSatisfy(\.isEmpty) { return nil }
            return TableLine(number: index + 1, command: columns[0], expectation: columns.count == 2 ? columns[1] : nil)
        }
    }

    /// Throws when something else came.
    func compare(with answer: TableAnswer) throws {
        let came = answer.text
        switch (expectation, answer) {
        case (nil, .rejected): throw mismatch("no rejection", came)
        case (nil, _): return
        case (let expected?, .rejected):
            if Self.normal(expected) != came { throw mismatch(expected, came) }
        case (let expected?, .items(let items)):
            let parts = expected == "-" ? [] : expected.split(separator: ";").map { Self.normal(String($0)) }
            let fits = parts.count == items.count && zip(parts, items).allSatisfy { ($1 + " ").hasPrefix($0 + " ") }
            if !fits { throw mismatch(expected, came) }
        }
    }

    private func mismatch(_ expected: String, _ came: String) -> LedgerFault {
        LedgerFault("  expected: \(expected)\n  came:     \(came)")
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    /// One space between the words.
    private static func normal(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

/// What came of a line.
enum TableAnswer {
    case items([String])
    case rejected(Rejection)

    var text: String {
        switch self {
        case .items(let items): items.isEmpty ? "-" : items.joined(separator: "; ")
        case .rejected(let rejection): "! " + TableWords.rejection(rejection)
        }
    }
}
