/// Turns text into what shows as that text, between tags and in quoted attributes alike.
enum Escaping {
    static func append(_ text: String.UTF8View, to bytes: inout [UInt8]) {
        // Most text has nothing in it that must be changed.
        if text.allSatisfy(isPlain) {
            bytes.append(contentsOf: text)
            return
        }
        var previous: UInt8 = 0
        for byte in text {
            switch byte {
            case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): bytes.append(contentsOf: "&quot;".utf8)
            case UInt8(ascii: "'"): bytes.append(contentsOf: "&#39;".utf8)
            case 0x09, 0x0a: bytes.append(byte)
            case 0..<0x20, 0x7f: bytes.append(contentsOf: unknown)
            // U+0080 to U+009F, of which the first byte is out already.
            case 0x80...0x9f where previous == 0xc2:
                bytes.removeLast()
                bytes.append(contentsOf: unknown)
            default: bytes.append(byte)
            }
            previous = byte
        }
    }

    private static let unknown: [UInt8] = [0xef, 0xbf, 0xbd]

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): false
        case 0..<0x20, 0x7f, 0xc2: false
        default: true
        }
    }
}
