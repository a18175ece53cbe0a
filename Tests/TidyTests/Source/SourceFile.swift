/// A Swift file: its lines as they are, and without comments and texts.
struct SourceFile {
    /// From the repository's root: `Sources/FleetModel/Time/Timestamp.swift`.
    let path: String
    let lines: [String]
    let code: [String]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        code = Masking.lines(of: text)
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
    /// The words of a line of code, in order: names and keywords; `.now` is the word `now`.
    var codeWords: [Substring] {
        split { !($0.isLetter || $0.isNumber || $0 == "_") }
    }

    /// Where a text occurs as whole words: neither side goes on with a letter, a digit or `_`.
    func wordRanges(of text: String) -> [Range<String.Index>] {
        var found: [Range<String.Index>] = []
        var rest = startIndex..<endIndex
        while let range = self[rest].firstRange(of: text) {
            let before = range.lowerBound > startIndex ? self[index(before: range.lowerBound)] : " "
            let after = range.upperBound < endIndex ? self[range.upperBound] : " "
            let opens = text.first.map { !$0.isWordPart } ?? true || !before.isWordPart
            let closes = text.last.map { !$0.isWordPart } ?? true || !after.isWordPart
            if opens && closes { found.append(range) }
            rest = range.upperBound..<endIndex
        }
        return found
    }

    func hasWord(_ text: String) -> Bool { !wordRanges(of: text).isEmpty }
}

extension Character {
    var isWordPart: Bool { isLetter || isNumber || self == "_" }
}
