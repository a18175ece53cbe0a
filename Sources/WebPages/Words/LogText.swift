/// Output of programs, made fit for a page: it was written for a terminal, or by somebody who means harm.
package enum LogText {
    /// Without what steers terminals. A carriage return begins its line anew, as progress bars wish; a backspace takes a
    /// character back. Bytes that are no UTF-8 show as unknown ones.
    package static func plain(_ bytes: [UInt8]) -> String {
        var lines: [UInt8] = []
        lines.reserveCapacity(bytes.count)
        var lineStart = 0, index = 0, isAnew = false
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == escape {
                index = endOfSequence(bytes, from: index)
                continue
            }
            if byte == UInt8(ascii: "\r") {
                isAnew = true
                continue
            }
            if byte == UInt8(ascii: "\n") {
                lines.append(byte)
                lineStart = lines.count
                isAnew = false
                continue
            }
            if byte == 0x08 {
                takeBack(&lines, from: lineStart)
                continue
            }
            guard byte >= 0x20 && byte != 0x7f || byte == 0x09 else { continue }
            if isAnew {
                lines.removeSubrange(lineStart...)
                isAnew = false
            }
            lines.append(byte)
        }
        return String(decoding: lines, as: UTF8.self)
    }

    private static let escape: UInt8 = 0x1b

    /// Where the sequence ends whose escape was before `start`: ECMA-48's control sequences, operating system commands up to their
    /// bell or terminator, and escapes of two bytes.
    private static func endOfSequence(_ bytes: [UInt8], from start: Int) -> Int {
        guard start < bytes.count else { return start }
        var index = start + 1
        switch bytes[start] {
        case UInt8(ascii: "["):
            while index < bytes.count, (0x20...0x3f).contains(bytes[index]) { index += 1 }
            return min(index + 1, bytes.count)
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
            while index < bytes.count, bytes[index] != 0x07, bytes[index] != UInt8(ascii: "\n") {
                if bytes[index] == escape, index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\\") {
                    return index + 2
                }
                index += 1
            }
            return index < bytes.count && bytes[index] == 0x07 ? index + 1 : index
        case 0x20...0x2f:
            while index < bytes.count, (0x20...0x2f).contains(bytes[index]) { index += 1 }
            return min(index + 1, bytes.count)
        default:
            // A line end, or the beginning of another character, is not eaten.
            return (0x30...0x7e).contains(bytes[start]) ? index : start
        }
    }

    private static func takeBack(_ lines: inout [UInt8], from start: Int) {
        while lines.count > start {
            let byte = lines.removeLast()
            if byte & 0xc0 != 0x80 { return }
        }
    }
}
