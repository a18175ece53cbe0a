/// A path beneath a place: names as bytes, since a file system knows no letters. Holds no `.`, no `..` and no empty name.
package struct FilePath: Hashable, Sendable {
    package let names: [[UInt8]]

    /// The longest path, and the longest name, that the kernel takes.
    package static let longest = 4_095
    package static let longestName = 255

    /// The place itself.
    package static let top = FilePath(checked: [])

    private init(checked names: [[UInt8]]) { self.names = names }

    /// Throws where a name is none, or all of it is too long.
    package init(_ names: [[UInt8]]) throws(FileFault) {
        for name in names {
            guard Self.isName(name) else { throw .badName }
            guard name.count <= Self.longestName else { throw .nameTooLong(most: Self.longestName) }
        }
        guard names.reduce(0, { $0 + $1.count + 1 }) <= Self.longest else { throw .nameTooLong(most: Self.longest) }
        self.names = names
    }

    /// As it stands in an address: parts between slashes, in which bytes are written `%FF`. Empty parts are passed over.
    package init(escaped text: some StringProtocol) throws(FileFault) {
        var names: [[UInt8]] = []
        for part in text.utf8.split(separator: UInt8(ascii: "/")) {
            guard let name = Self.unescaped(part) else { throw .badName }
            names.append(name)
        }
        try self.init(names)
    }

    package static func isName(_ name: [UInt8]) -> Bool {
        !name.isEmpty && name != [0x2e] && name != [0x2e, 0x2e] && !name.contains(0) && !name.contains(UInt8(ascii: "/"))
    }

    package var isTop: Bool { names.isEmpty }
    package var last: [UInt8]? { names.last }
    package var parent: FilePath { FilePath(checked: Array(names.dropLast())) }

    package func appending(_ name: [UInt8]) throws(FileFault) -> FilePath { try FilePath(names + [name]) }

    /// Such as `results/run%201.csv`.
    package var escaped: String { names.map(Self.escaped).joined(separator: "/") }

    package static func escaped(_ name: some Sequence<UInt8>) -> String {
        var text = ""
        for byte in name {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            case let byte where "-._~".utf8.contains(byte): text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                text += "%" + String(byte >> 4, radix: 16, uppercase: true) + String(byte & 15, radix: 16, uppercase: true)
            }
        }
        return text
    }

    private static func unescaped(_ part: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = [], rest = Array(part)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.flatMap { byte < 0x80 ? UInt8($0) : nil }
    }
}

extension FilePath: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        try self.init(escaped: text)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(escaped)
    }
}
