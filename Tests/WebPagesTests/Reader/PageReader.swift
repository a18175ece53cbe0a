/// An element of a page that was read.
struct Element {
    let name: String
    let attributes: [String: String]
    var children: [Element] = []
    /// All text in it, its children's too.
    var text = ""

    /// It and all below it.
    var all: [Element] { [self] + children.flatMap(\.all) }

    func all(_ name: String) -> [Element] { all.filter { $0.name == name } }
    func with(_ attribute: String) -> [Element] { all.filter { $0.attributes[attribute] != nil } }
}

/// Reads pages strictly: every element is closed where it should be, every attribute is quoted and there once, and no `<`, `>` or
/// `&` stands in text unescaped. Browsers take much more; what they take differently is where holes come from.
struct PageReader {
    enum Mistake: Error, Equatable {
        case text(String)
    }

    private let bytes: [UInt8]
    private var index = 0

    static let void: Set<String> = ["br", "col", "hr", "input", "link", "meta"]

    static func read(_ bytes: [UInt8]) throws -> Element {
        var reader = PageReader(bytes: bytes)
        try reader.expect("<!DOCTYPE html>")
        reader.skipSpace()
        let root = try reader.element()
        reader.skipSpace()
        guard reader.index == bytes.count else { throw reader.mistake("something follows the page") }
        return root
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func mistake(_ text: String) -> Mistake {
        let around = bytes[max(0, index - 60)..<min(bytes.count, index + 60)]
        return .text("\(text) at \(index): …\(String(decoding: around, as: UTF8.self))…")
    }

    private mutating func element() throws -> Element {
        try expect("<")
        let name = try name()
        var attributes: [String: String] = [:]
        while peek == UInt8(ascii: " ") {
            index += 1
            let attribute = try self.name()
            try expect("=\"")
            let value = try text(until: UInt8(ascii: "\""))
            index += 1
            guard attributes.updateValue(value, forKey: attribute) == nil else {
                throw mistake("\(attribute) is there twice")
            }
        }
        try expect(">")
        var element = Element(name: name, attributes: attributes)
        if Self.void.contains(name) { return element }
        while true {
            guard let next = peek else { throw mistake("<\(name)> is not closed") }
            if next != UInt8(ascii: "<") {
                element.text += try text(until: UInt8(ascii: "<"))
            } else if index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "/") {
                try expect("</\(name)>")
                return element
            } else {
                let child = try self.element()
                element.text += child.text
                element.children.append(child)
            }
        }
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func expect(_ text: String) throws {
        guard bytes[index...].starts(with: text.utf8) else { throw mistake("expected \(text)") }
        index += text.utf8.count
    }

    private mutating func skipSpace() { while peek == UInt8(ascii: "\n") || peek == UInt8(ascii: " ") { index += 1 } }

    private mutating func name() throws -> String {
        let start = index
        while let byte = peek, byte == UInt8(ascii: "-") || Character(UnicodeScalar(byte)).isASCII,
            Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber || byte == UInt8(ascii: "-")
        { index += 1 }
        guard index > start else { throw mistake("expected a name") }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func text(until end: UInt8) throws -> String {
        var found: [UInt8] = []
        while let byte = peek, byte != end {
            switch byte {
            case UInt8(ascii: "<"), UInt8(ascii: ">"): throw mistake("a bare bracket in text")
            case UInt8(ascii: "&"):
                let name = bytes[index...].prefix(8).prefix { $0 != UInt8(ascii: ";") }
                guard let meant = Self.entities[String(decoding: name, as: UTF8.self)] else { throw mistake("a bare &") }
                found.append(meant)
                index += name.count
            case 0..<0x09, 0x0b..<0x20, 0x7f: throw mistake("a control character")
            default: found.append(byte)
            }
            index += 1
        }
        guard peek != nil else { throw mistake("text that does not end") }
        guard let text = String(validating: found, as: UTF8.self) else { throw mistake("bytes that are no UTF-8") }
        return text
    }

    private static let entities: [String: UInt8] = [
        "&amp": UInt8(ascii: "&"), "&lt": UInt8(ascii: "<"), "&gt": UInt8(ascii: ">"), "&quot": UInt8(ascii: "\""),
        "&#39": UInt8(ascii: "'"),
    ]
}
