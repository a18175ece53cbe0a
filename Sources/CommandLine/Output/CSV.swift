import Foundation

/// How an answer becomes a table of data: headings are the keys of its JSON, times are UTC, memory is in bytes, spans are
/// in seconds.
package enum CSVForm {
    /// One thing: a row for each of its values, under `field` and `value`.
    case fields
    /// A row for each element of the list under this key. A column is a key or a path of keys, such as `lease.node`.
    case list(String, columns: [String])
}

/// Lays out answers by RFC 4180.
enum CSV {
    static func text(_ payload: some Encodable, _ form: CSVForm) throws -> String {
        let value = try JSONDecoder().decode(JSONValue.self, from: try JSONEncoder().encode(payload))
        return rows(value, form).map { $0.map(quoted).joined(separator: ",") + "\r\n" }.joined()
    }

    static func rows(_ value: JSONValue, _ form: CSVForm) -> [[String]] {
        switch form {
        case .fields:
            return [["field", "value"]] + value.leaves().map { [$0.path, cell([$0.value])] }
        case .list(let name, let columns):
            guard case .object(let members) = value, case .list(let elements)? = members[name] else { return [columns] }
            let paths = columns.map { $0.split(separator: ".")[...] }
            return [columns] + elements.map { element in paths.map { cell(element.values(at: $0)) } }
        }
    }

    /// Several values of one cell stand side by side: devices of a lease, members of a team.
    private static func cell(_ values: [JSONValue]) -> String {
        let text = values.map(plain).joined(separator: " ")
        guard case .text? = values.first else { return text }
        return harmless(text)
    }

    private static func plain(_ value: JSONValue) -> String {
        switch value {
        case .flag(let flag): "\(flag)"
        case .whole(let number): "\(number)"
        case .number(let number): "\(number)"
        case .text(let text): text
        case .null, .list, .object: ""
        }
    }

    /// Names are chosen by users, and who opens the list in a spreadsheet must not run one user's name as a formula: a text
    /// that begins like one gets an apostrophe before it. Numbers never do; the exact text is in the JSON.
    private static func harmless(_ text: String) -> String {
        guard let first = text.unicodeScalars.first, "=+-@\t\r\n".unicodeScalars.contains(first) else { return text }
        return "'" + text
    }

    /// As RFC 4180 has it, where it must be.
    static func quoted(_ cell: String) -> String {
        guard cell.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return cell }
        return "\"" + cell.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }
}
