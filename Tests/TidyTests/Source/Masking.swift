/// Swift without what is only said: comments and the text of strings become spaces, line by line, so that a rule finds
/// code and nothing else. What is interpolated into a string stays, since it is code.
///
/// Limits: a regular expression between slashes is recognised only where an expression begins and on one line.
struct Masking {
    private enum Context {
        case code(parentheses: Int)
        case text(hashes: Int, isMultiline: Bool)
    }

    private let bytes: [UInt8]
    private var masked: [UInt8] = []
    private var place = 0
    private var contexts: [Context] = [.code(parentheses: 0)]

    static func lines(of text: String) -> [String] {
        var masking = Masking(text)
        masking.run()
        return String(decoding: masking.masked, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    private init(_ text: String) { bytes = Array(text.utf8) }

    private mutating func run() {
        while place < bytes.count {
            switch contexts.last ?? .code(parentheses: 0) {
            case .code(let depth): readCode(depth)
            case .text(let hashes, let isMultiline): readText(hashes, isMultiline)
            }
        }
    }

    private mutating func readCode(_ depth: Int) {
        let byte = bytes[place]
        // Most bytes begin nothing.
        guard byte == UInt8(ascii: "/") || byte == UInt8(ascii: "#") || byte == UInt8(ascii: "\"") || contexts.count > 1
        else {
            masked.append(byte)
            place += 1
            return
        }
        if starts("//") { return hide { $0.bytes[$0.place] == UInt8(ascii: "\n") } }
        if starts("/*") { return hideBlock() }
        if let (hashes, isMultiline) = openingQuote() {
            skip(hashes + (isMultiline ? 3 : 1))
            contexts.append(.text(hashes: hashes, isMultiline: isMultiline))
            return
        }
        if byte == UInt8(ascii: "/"), isExpressionStart, let end = regexEnd {
            return skip(end - place)
        }
        if contexts.count > 1 {
            let change = byte == UInt8(ascii: "(") ? 1 : byte == UInt8(ascii: ")") ? -1 : 0
            if depth + change == 0 {
                contexts.removeLast()
                return skip(1)
            }
            contexts[contexts.count - 1] = .code(parentheses: depth + change)
        }
        masked.append(byte)
        place += 1
    }

    private mutating func readText(_ hashes: Int, _ isMultiline: Bool) {
        let byte = bytes[place]
        guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\n") else { return skip(1) }
        let mark = String(repeating: "#", count: hashes)
        let end = (isMultiline ? "\"\"\"" : "\"") + mark
        if starts(end) {
            contexts.removeLast()
            return skip(end.utf8.count)
        }
        if starts("\\" + mark + "(") {
            contexts.append(.code(parentheses: 1))
            return skip(2 + hashes)
        }
        if starts("\\" + mark) { return skip(min(2 + hashes, bytes.count - place)) }
        if !isMultiline, bytes[place] == UInt8(ascii: "\n") { contexts.removeLast() }
        skip(1)
    }

    private mutating func hideBlock() {
        var depth = 0
        repeat {
            if starts("/*") {
                depth += 1
                skip(2)
            } else if starts("*/") {
                depth -= 1
                skip(2)
            } else {
                skip(1)
            }
        } while depth > 0 && place < bytes.count
    }

    private mutating func hide(until isEnd: (Masking) -> Bool) {
        while place < bytes.count, !isEnd(self) { skip(1) }
    }

    /// Passes over bytes and keeps their lines.
    private mutating func skip(_ count: Int) {
        for byte in bytes[place..<min(place + count, bytes.count)] {
            masked.append(byte == UInt8(ascii: "\n") ? byte : UInt8(ascii: " "))
        }
        place += count
    }

    private func starts(_ text: String) -> Bool { bytes[place...].starts(with: text.utf8) }

    private func openingQuote() -> (hashes: Int, isMultiline: Bool)? {
        let hashes = bytes[place...].prefix { $0 == UInt8(ascii: "#") }.count
        guard place + hashes < bytes.count, bytes[place + hashes] == UInt8(ascii: "\"") else { return nil }
        return (hashes, bytes[(place + hashes)...].starts(with: "\"\"\"".utf8))
    }

    private var isExpressionStart: Bool {
        guard let before = masked.last(where: { $0 != UInt8(ascii: " ") }) else { return true }
        return "(,=:[{!&|;\n".utf8.contains(before)
    }

    /// After the closing slash of a regular expression that begins here.
    private var regexEnd: Int? {
        var next = place + 1
        guard next < bytes.count, bytes[next] != UInt8(ascii: " ") else { return nil }
        while next < bytes.count, bytes[next] != UInt8(ascii: "\n") {
            if bytes[next] == UInt8(ascii: "/") { return next + 1 }
            next += bytes[next] == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }
}
