import FoundationEssentials

/// Lines of JSON, as the watch process and its parent exchange them.
enum JSONLines {
    /// The longest line: an examination of a device with ten thousand processes stays below.
    static let limit = 4 << 20

    /// With its line feed. nil: it can't be written as JSON.
    static func line(_ value: some Encodable) -> [UInt8]? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { [UInt8]($0) + [newline] }
    }

    static func value<Value: Decodable>(_ type: Value.Type, of line: some Sequence<UInt8>) -> Value? {
        try? JSONDecoder().decode(type, from: Data(line))
    }

    static let newline = UInt8(ascii: "\n")
}

/// Cuts what arrives into lines.
struct LineCutter {
    private var rest: [UInt8] = []

    /// The lines that are whole now, without their line feeds; nil: a line got too long to be one.
    mutating func lines(_ bytes: ArraySlice<UInt8>) -> [[UInt8]]? {
        var lines: [[UInt8]] = []
        for part in bytes.split(separator: JSONLines.newline, omittingEmptySubsequences: false) {
            lines.append(rest + part)
            rest = []
        }
        rest = lines.popLast() ?? []
        return rest.count > JSONLines.limit ? nil : lines
    }
}
