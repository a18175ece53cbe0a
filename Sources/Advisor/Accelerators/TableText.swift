/// Rows of comma-separated values as RFC 4180 writes them; a row may end in LF alone. Semicolons or tabs separate where the first line
/// has more of them, as spreadsheets write where the comma is the decimal sign, or where it is `sep=;`.
package struct TableText: Sendable {
    package let columns: [String]
    /// As long as `columns` each, and the line each begins on, from 1.
    package let rows: [(line: Int, fields: [String])]

    /// What is wrong with a table.
    package enum ParseError: Error, Equatable, Sendable {
        case empty
        case twoColumnsOfOneName(String)
        case openQuote(line: Int)
        case fieldCount(line: Int, found: Int, expected: Int)
        case missingColumn(String)
        case notANumber(line: Int, column: String, text: String)
        case unknownWord(line: Int, column: String, text: String, known: [String])
        case nothing(line: Int, column: String)
        case repeatedName(line: Int, name: String)
        case tooLarge(bytes: Int, most: Int)
    }

    package init(_ text: String) throws(ParseError) {
        var lines = try Self.split(text)
        guard !lines.isEmpty else { throw .empty }
        columns = lines.removeFirst().fields
        var seen: Set<String> = []
        for column in columns where !seen.insert(column).inserted { throw .twoColumnsOfOneName(column) }
        for row in lines where row.fields.count != columns.count {
            throw .fieldCount(line: row.line, found: row.fields.count, expected: columns.count)
        }
        rows = lines
    }

    /// Where a column stands.
    package func index(_ column: String) throws(ParseError) -> Int {
        guard let index = columns.firstIndex(of: column) else { throw .missingColumn(column) }
        return index
    }

    private static func split(_ text: String) throws(ParseError) -> [(line: Int, fields: [String])] {
        var rows: [(line: Int, fields: [String])] = []
        try forEachRow(of: text) { rows.append(($0, $1)) }
        return rows
    }

    /// Hands on each row with the line it begins on, and keeps none: for files that are larger than what is wanted of them.
    package static func forEachRow(of text: String, _ body: (_ line: Int, _ fields: [String]) -> Void) throws(ParseError) {
        var fields: [String] = [], field: [UInt8] = []
        var line = 1, begun = 1, quoted = false, closed = false
        func endField() {
            fields.append(String(decoding: field, as: UTF8.self))
            field = []
            closed = false
        }
        func endRow() {
            endField()
            if fields != [""] { body(begun, fields) }
            fields = []
        }
        // A byte-order mark says nothing and would be part of the first name.
        let bytes = text.utf8.starts(with: [0xEF, 0xBB, 0xBF]) ? text.utf8.dropFirst(3) : text.utf8[...]
        let (separator, rows) = head(of: bytes)
        line += bytes[..<rows].count { $0 == UInt8(ascii: "\n") }
        begun = line
        for byte in bytes[rows...] {
            if byte == UInt8(ascii: "\n") { line += 1 }
            switch byte {
            case UInt8(ascii: "\"") where quoted:
                quoted = false
                closed = true
            case UInt8(ascii: "\"") where closed:
                field.append(byte)
                quoted = true
                closed = false
            case UInt8(ascii: "\"") where field.isEmpty: quoted = true
            case _ where quoted: field.append(byte)
            case separator: endField()
            case UInt8(ascii: "\n"):
                endRow()
                begun = line
            case UInt8(ascii: "\r"): break
            default: field.append(byte)
            }
        }
        guard !quoted else { throw .openQuote(line: begun) }
        if !field.isEmpty || !fields.isEmpty { endRow() }
    }

    /// What stands between the fields of a table.
    package static func separator(of text: String) -> UInt8 {
        head(of: text.utf8.starts(with: [0xEF, 0xBB, 0xBF]) ? text.utf8.dropFirst(3) : text.utf8[...]).separator
    }

    /// By the first line that has something; and where rows begin: after that line if it only names what separates.
    private static func head(of bytes: Substring.UTF8View) -> (separator: UInt8, rows: Substring.Index) {
        var counts = [0, 0, 0], quoted = false, first: [UInt8] = []
        let start = bytes.firstIndex { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") } ?? bytes.endIndex
        var place = start
        while place < bytes.endIndex, quoted || bytes[place] != UInt8(ascii: "\n") {
            let byte = bytes[place]
            if byte == UInt8(ascii: "\"") { quoted.toggle() }
            if !quoted, let kind = separators.firstIndex(of: byte) { counts[kind] += 1 }
            if first.count < 6, byte != UInt8(ascii: "\r"), byte != UInt8(ascii: "\"") { first.append(byte) }
            place = bytes.index(after: place)
        }
        if first.count == 5, String(decoding: first[..<4], as: UTF8.self).lowercased() == "sep=",
            separators.contains(first[4])
        {
            return (first[4], place < bytes.endIndex ? bytes.index(after: place) : place)
        }
        let most = counts.max() ?? 0
        return (separators[counts.firstIndex(of: most) ?? 0], start)
    }

    /// A comma where there are as many of several.
    private static let separators = [",", ";", "\t"].map { UInt8(ascii: $0) }
}

extension TableText.ParseError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .empty: "the table is empty: it needs a first line with the columns' names"
        case .twoColumnsOfOneName(let name): "two columns are named '\(name)'"
        case .openQuote(let line): "the quotation mark of the row from line \(line) is never closed"
        case .fieldCount(let line, let found, let expected):
            "line \(line) has \(found) fields; the first line has \(expected)"
        case .missingColumn(let name): "the column '\(name)' is missing"
        case .notANumber(let line, let column, let text):
            "line \(line), column '\(column)': '\(text)' is not a number that fits"
        case .unknownWord(let line, let column, let text, let known):
            "line \(line), column '\(column)': '\(text)' is none of \(known.joined(separator: ", "))"
        case .nothing(let line, let column): "line \(line), column '\(column)' is empty"
        case .repeatedName(let line, let name): "line \(line): '\(name)' is there twice"
        case .tooLarge(let bytes, let most): "the table has \(bytes) bytes; \(most) are the most"
        }
    }
}
