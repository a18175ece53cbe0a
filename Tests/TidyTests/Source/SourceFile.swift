import Glibc

/// A Swift file: its lines as they are, and without comments and texts.
struct SourceFile: Sendable {
    /// From the repository's root: `Sources/FleetModel/Time/Timestamp.swift`.
    let path: String
    let lines: [String]
    let code: [String]
    /// All of the code, for a quick look at whether something is in it at all.
    let allCode: String

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        code = Masking.lines(of: text)
        allCode = code.joined(separator: "\n")
    }

    func place(_ index: Int) -> String { "\(path):\(index + 1)" }

    /// The folder in `Sources` or `Tests` that the file belongs to; nil: it is in neither.
    var target: String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && ["Sources", "Tests"].contains(parts[0]) ? String(parts[1]) : nil
    }

    var isTest: Bool { path.hasPrefix("Tests/") }
}

extension String {
    /// Where a text occurs as whole words: neither side goes on with a letter, a digit or `_`.
    func wordRanges(of text: String) -> [Range<String.Index>] {
        offsets(of: text).filter { offset in
            let bytes = utf8
            let start = bytes.index(startIndex, offsetBy: offset), end = bytes.index(start, offsetBy: text.utf8.count)
            let opens = !(text.utf8.first?.isWordPart ?? false) || start == startIndex
            let closes = !(text.utf8.last?.isWordPart ?? false) || end == endIndex
            return (opens || !bytes[bytes.index(before: start)].isWordPart) && (closes || !bytes[end].isWordPart)
        }.map { offset in
            let start = utf8.index(startIndex, offsetBy: offset)
            return start..<utf8.index(start, offsetBy: text.utf8.count)
        }
    }

    func hasWord(_ text: String) -> Bool { !wordRanges(of: text).isEmpty }

    /// Where a text begins, in UTF-8 bytes. Searched in C, since these files are read in debug builds too.
    func offsets(of text: String) -> [Int] {
        let length = text.utf8.count
        guard length > 0 else { return [] }
        return withCString { whole in
            text.withCString { part in
                var found: [Int] = [], from = 0
                while let hit = strstr(whole + from, part) {
                    found.append(hit - UnsafeMutablePointer(mutating: whole))
                    from = found[found.count - 1] + length
                }
                return found
            }
        }
    }

    func has(_ text: String) -> Bool { !offsets(of: text).isEmpty }
}

extension Character {
    var isWordPart: Bool { isLetter || isNumber || self == "_" }
}

extension UInt8 {
    /// Also of every letter that is not ASCII.
    var isWordPart: Bool {
        self >= 0x80 || self == UInt8(ascii: "_") || (48...57).contains(self) || (65...90).contains(self)
            || (97...122).contains(self)
    }
}
