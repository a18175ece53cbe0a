/// Reads JSON (RFC 8259) piece by piece, without making a tree of it: what nobody asks for takes no memory, and depth
/// is bounded. `NaN` and `Infinity`, which Python writes, count as numbers.
struct JSONScanner {
    /// For messages.
    let file: String
    /// Where in the file the text begins.
    let base: Int
    private let bytes: [UInt8]
    private var at = 0
    private var depth = 0

    init(_ bytes: [UInt8], file: String, base: Int = 0) {
        (self.bytes, self.file, self.base) = (bytes, file, base)
    }

    /// Bytes from the beginning of the file.
    var offset: Int { base + at }

    /// The first byte of the value that comes next; nil at the end.
    mutating func peek() -> UInt8? {
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 {
            at += 1
        }
        return at < bytes.count ? bytes[at] : nil
    }

    /// - Parameter member: reads the value of this name, or skips it.
    mutating func object(
        _ member: (inout JSONScanner, String) throws(ModelFileError) -> Void
    ) throws(ModelFileError) {
        try enter(UInt8(ascii: "{"), "an object")
        if peek() == UInt8(ascii: "}") { return leave() }
        while true {
            let name = try string()
            guard peek() == UInt8(ascii: ":") else { throw wrong("':' after a name") }
            at += 1
            try member(&self, name)
            switch peek() {
            case UInt8(ascii: ","): at += 1
            case UInt8(ascii: "}"): return leave()
            default: throw wrong("',' or '}'")
            }
        }
    }

    /// - Parameter element: reads a value, or skips it.
    mutating func array(_ element: (inout JSONScanner) throws(ModelFileError) -> Void) throws(ModelFileError) {
        try enter(UInt8(ascii: "["), "a list")
        if peek() == UInt8(ascii: "]") { return leave() }
        while true {
            try element(&self)
            switch peek() {
            case UInt8(ascii: ","): at += 1
            case UInt8(ascii: "]"): return leave()
            default: throw wrong("',' or ']'")
            }
        }
    }

    mutating func skip() throws(ModelFileError) {
        switch peek() {
        case UInt8(ascii: "{"): try object { (scanner, _) throws(ModelFileError) in try scanner.skip() }
        case UInt8(ascii: "["): try array { (scanner) throws(ModelFileError) in try scanner.skip() }
        case UInt8(ascii: "\""): try pass()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: _ = try number()
        }
    }

    /// A whole number; nil, and the value is passed, for anything else.
    mutating func integer() throws(ModelFileError) -> Int? {
        guard let first = peek(), first == UInt8(ascii: "-") || isDigit(first) else {
            try skip()
            return nil
        }
        return try number()
    }

    /// A text; nil, and the value is passed, for anything else.
    mutating func text() throws(ModelFileError) -> String? {
        if peek() == UInt8(ascii: "\"") { return try string() }
        try skip()
        return nil
    }

    mutating func truth() throws(ModelFileError) -> Bool? {
        let first = peek()
        try skip()
        return first == UInt8(ascii: "t") ? true : first == UInt8(ascii: "f") ? false : nil
    }

    /// After the last value.
    mutating func finish() throws(ModelFileError) {
        guard peek() == nil else { throw wrong("nothing more") }
    }

    mutating func string() throws(ModelFileError) -> String {
        guard peek() == UInt8(ascii: "\"") else { throw wrong("a text") }
        let begin = at
        let contents = try pass()
        let inside = bytes[(begin + 1)..<(at - 1)]
        let text: String? =
            switch contents {
            // Checking what needs no check takes a quarter of the time that reading a header takes.
            case .ascii: String(decoding: inside, as: UTF8.self)
            case .other: String(validating: inside, as: UTF8.self)
            case .escapes: JSONEscapes.decoded(inside)
            }
        guard let text else {
            at = begin
            throw wrong("a text in UTF-8")
        }
        return text
    }

    func wrong(_ expected: String) -> ModelFileError {
        let found = at < bytes.count ? Self.show(bytes[at]) : "the end"
        return .malformed(file: file, offset: offset, expected: expected, found: found)
    }
}

extension JSONScanner {
    private mutating func enter(_ brace: UInt8, _ what: String) throws(ModelFileError) {
        guard peek() == brace else { throw wrong(what) }
        guard depth < Limit.depth else {
            throw .tooMany(file: file, what: .depth, found: depth + 1, most: Limit.depth)
        }
        depth += 1
        at += 1
    }

    private mutating func leave() {
        depth -= 1
        at += 1
    }

    private enum Contents { case ascii, other, escapes }

    /// Goes behind a text's closing mark.
    @discardableResult
    private mutating func pass() throws(ModelFileError) -> Contents {
        var contents = Contents.ascii
        at += 1
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") {
                at += 1
                return contents
            }
            guard byte >= 0x20 else { throw wrong("a text without control characters") }
            if byte == UInt8(ascii: "\\") {
                contents = .escapes
                at += 1
            } else if byte >= 0x80, contents == .ascii {
                contents = .other
            }
            at += 1
        }
        at = bytes.count
        throw wrong("the end of a text")
    }

    private mutating func word(_ text: String) throws(ModelFileError) {
        guard bytes[at...].starts(with: text.utf8) else { throw wrong("a value") }
        at += text.utf8.count
    }

    /// - Returns: nil where it is not whole, or more than an `Int` holds.
    private mutating func number() throws(ModelFileError) -> Int? {
        switch peek() {
        case UInt8(ascii: "N"):
            try word("NaN")
            return nil
        case UInt8(ascii: "I"):
            try word("Infinity")
            return nil
        default: break
        }
        let isNegative = at < bytes.count && bytes[at] == UInt8(ascii: "-")
        if isNegative { at += 1 }
        if at < bytes.count, bytes[at] == UInt8(ascii: "I") {
            try word("Infinity")
            return nil
        }
        guard at < bytes.count, isDigit(bytes[at]) else { throw wrong("a value") }
        let begin = at
        // Counted downwards: the smallest number has no positive twin.
        var value: Int? = 0
        while at < bytes.count, isDigit(bytes[at]) {
            if let sum = value {
                let (tens, first) = sum.multipliedReportingOverflow(by: 10)
                let (next, second) = tens.subtractingReportingOverflow(Int(bytes[at] - UInt8(ascii: "0")))
                value = first || second ? nil : next
            }
            at += 1
        }
        guard bytes[begin] != UInt8(ascii: "0") || at == begin + 1 else {
            throw wrong("a number without leading noughts")
        }
        guard try !passFraction(), let value else { return nil }
        return isNegative ? value : value == Int.min ? nil : -value
    }

    /// - Returns: whether there was one, or an exponent.
    private mutating func passFraction() throws(ModelFileError) -> Bool {
        let begin = at
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            try passDigits()
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
            try passDigits()
        }
        return at > begin
    }

    private mutating func passDigits() throws(ModelFileError) {
        guard at < bytes.count, isDigit(bytes[at]) else { throw wrong("a digit") }
        while at < bytes.count, isDigit(bytes[at]) { at += 1 }
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func show(_ byte: UInt8) -> String {
        byte > 0x20 && byte < 0x7F ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
    }
}

/// Texts with escapes.
enum JSONEscapes {
    /// - Returns: nil for an escape that is none, and for bytes that are not UTF-8.
    static func decoded(_ bytes: ArraySlice<UInt8>) -> String? {
        var plain: [UInt8] = []
        var at = bytes.startIndex
        while at < bytes.endIndex {
            guard bytes[at] == UInt8(ascii: "\\") else {
                plain.append(bytes[at])
                at += 1
                continue
            }
            guard at + 1 < bytes.endIndex else { return nil }
            let letter = bytes[at + 1]
            at += 2
            if let simple = simple[letter] {
                plain.append(simple)
            } else if letter == UInt8(ascii: "u"), let scalar = scalar(bytes, &at) {
                plain += Array(String(scalar).utf8)
            } else {
                return nil
            }
        }
        return String(validating: plain, as: UTF8.self)
    }

    private static let simple: [UInt8: UInt8] = [
        UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"),
        UInt8(ascii: "/"): UInt8(ascii: "/"), UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10,
        UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9,
    ]

    /// Four digits behind `\u`, or twice that for what lies beyond 16 bits; half of a pair becomes U+FFFD.
    private static func scalar(_ bytes: ArraySlice<UInt8>, _ at: inout Int) -> Unicode.Scalar? {
        guard let first = unit(bytes, at) else { return nil }
        at += 4
        if let scalar = Unicode.Scalar(UInt32(first)) { return scalar }
        guard first < 0xDC00, at + 1 < bytes.endIndex, bytes[at] == UInt8(ascii: "\\"),
            bytes[at + 1] == UInt8(ascii: "u"),
            let second = unit(bytes, at + 2), (0xDC00..<0xE000).contains(second)
        else { return "\u{FFFD}" }
        at += 6
        return Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + UInt32(second) - 0xDC00)
    }

    private static func unit(_ bytes: ArraySlice<UInt8>, _ at: Int) -> UInt16? {
        guard at + 4 <= bytes.endIndex else { return nil }
        var value: UInt16 = 0
        for byte in bytes[at..<(at + 4)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            value = value << 4 | UInt16(digit)
        }
        return value
    }
}
