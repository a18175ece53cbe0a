/// What other rooms call is explained where it is declared: types and functions of the pure rooms and of
/// EngineInterface that are `package`. Members of protocols are left to the eye.
enum DocumentationRules {
    static var rooms: Set<String> { House.pureRooms.union(["EngineInterface"]) }

    /// Declarations whose meaning is that of a protocol of Swift.
    private static let known: Set<String> = [
        "init", "encode", "hash", "description", "<", "+", "-", "==", "*", "/", "next", "makeIterator",
    ]

    private static let rule = Rule(
        reason: "who calls it from another room sees only this line",
        instead: "say above it in `///` what it is, its units and its errors")

    static func check(_ file: SourceFile) -> [Finding] {
        guard !file.isTest, let target = file.target, rooms.contains(target) else { return [] }
        return file.code.indices.compactMap { index in
            guard let name = declaredName(file.code[index]), !known.contains(name), !isDocumented(file, index) else {
                return nil
            }
            return rule.finding(file.place(index), "`\(name)` has no doc comment")
        }
    }

    /// The name of a type or function that the line declares as `package`.
    static func declaredName(_ line: String) -> String? {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard let start = words.firstIndex(of: "package") else { return nil }
        for (index, word) in words.enumerated().dropFirst(start) {
            if ["struct", "enum", "class", "actor", "protocol", "func", "typealias"].contains(word), index + 1 < words.count
            {
                return String(words[index + 1].prefix { !"(<:{".contains($0) || $0 == words[index + 1].first })
            }
            if ["var", "let", "init", "import", "case", "extension"].contains(where: {
                word == $0 || word.hasPrefix("init(")
            }) {
                return nil
            }
        }
        return nil
    }

    /// Attributes may stand between a comment and what it explains.
    private static func isDocumented(_ file: SourceFile, _ index: Int) -> Bool {
        for line in file.lines[..<index].reversed() {
            let said = line.drop { $0 == " " }
            if said.hasPrefix("///") || said.hasPrefix("*/") { return true }
            if !said.hasPrefix("@") { return false }
        }
        return false
    }
}
