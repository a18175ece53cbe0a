/// Takes out of a terminal's old output what asks the terminal something: it would answer now, and the program would take the
/// answer for keys.
struct ReplayFilter {
    private enum State { case text, escape, sequence, string, stringEscape }
    private var state = State.text
    private var held: [UInt8] = []
    /// Longer than any question; what is longer is text, or a picture.
    private static let longest = 4_096
    private static let enquiry: UInt8 = 0x05

    /// What may be shown. The beginning of a sequence waits for its rest.
    mutating func take(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var shown: [UInt8] = []
        for byte in bytes { take(byte, &shown) }
        return shown
    }

    /// What still waited, when nothing old follows.
    mutating func finish() -> [UInt8] {
        defer { (held, state) = ([], .text) }
        return held
    }

    private mutating func take(_ byte: UInt8, _ shown: inout [UInt8]) {
        switch state {
        case .text:
            if byte == 0x1b {
                (held, state) = ([byte], .escape)
            } else if byte != Self.enquiry {
                shown.append(byte)
            }
            return
        case .escape:
            held.append(byte)
            switch byte {
            case UInt8(ascii: "["): state = .sequence
            // Commands to the operating system, and strings to the device.
            case UInt8(ascii: "]"), UInt8(ascii: "P"): state = .string
            default: end(&shown, asks: byte == UInt8(ascii: "Z"))
            }
        case .sequence:
            held.append(byte)
            if (0x40...0x7e).contains(byte) { end(&shown, asks: sequenceAsks(byte)) }
        case .string:
            held.append(byte)
            if byte == 0x07 { end(&shown, asks: stringAsks) }
            if byte == 0x1b { state = .stringEscape }
        case .stringEscape:
            held.append(byte)
            end(&shown, asks: stringAsks)
        }
        if held.count > Self.longest { end(&shown, asks: false) }
    }

    private mutating func end(_ shown: inout [UInt8], asks: Bool) {
        if !asks { shown += held }
        (held, state) = ([], .text)
    }

    /// Where it is (n), what it is (c), how large it is (t), its modes ($p), its keyboard (?u) and its version (>q).
    private func sequenceAsks(_ last: UInt8) -> Bool {
        let middle = held.dropFirst(2).dropLast()
        switch last {
        case UInt8(ascii: "n"), UInt8(ascii: "c"): return true
        case UInt8(ascii: "t"): return middle.first == UInt8(ascii: "1") || middle.first == UInt8(ascii: "2")
        case UInt8(ascii: "p"): return middle.last == UInt8(ascii: "$")
        case UInt8(ascii: "u"): return middle.first == UInt8(ascii: "?")
        case UInt8(ascii: "q"): return middle.first == UInt8(ascii: ">")
        default: return false
        }
    }

    /// Colours and the clipboard are asked for by a question mark; a device's settings by `$q` and `+q`.
    private var stringAsks: Bool {
        let body = held.dropFirst(2)
        if held[1] == UInt8(ascii: "P") { return body.starts(with: Array("$q".utf8)) || body.starts(with: Array("+q".utf8)) }
        return body.contains(UInt8(ascii: "?"))
    }
}
