/// The functions of a file and how many lines each has, from `func` or `init` to its closing brace.
///
/// Limits: it counts braces in masked code; a function without a body, as in a protocol, has no length.
enum FunctionLengths {
    struct Entry: Equatable {
        let name: String
        /// From 0.
        let line: Int
        let length: Int
    }

    static func all(in file: SourceFile) -> [Entry] {
        file.code.indices.compactMap { index in
            guard let name = declaredName(file.code[index]), let end = lastLine(of: file.code, from: index) else {
                return nil
            }
            return Entry(name: name, line: index, length: end - index + 1)
        }
    }

    /// `decide` of `package func decide(_ command: Command) …`; `init` of an initializer.
    static func declaredName(_ line: String) -> String? {
        for keyword in ["func", "init"] {
            guard let range = line.wordRanges(of: keyword).first else { continue }
            let before = line[..<range.lowerBound].split(whereSeparator: \.isWhitespace)
            let isDeclaration = before.allSatisfy { modifiers.contains($0) || $0.hasPrefix("@") }
            guard isDeclaration, !line[..<range.lowerBound].hasSuffix(".") else { continue }
            if keyword == "init" { return "init" }
            let name = line[range.upperBound...].drop { $0 == " " }
            let isOperator = name.first.map { !$0.isWordPart && $0 != "`" } ?? true
            return String(name.prefix { $0 != "(" && $0 != " " && (isOperator || $0 != "<") })
        }
        return nil
    }

    private static let modifiers: Set<Substring> = [
        "package", "public", "internal", "fileprivate", "private", "static", "class", "final", "override", "mutating",
        "nonmutating", "nonisolated", "required", "convenience", "borrowing", "consuming", "isolated", "indirect",
        "prefix", "postfix", "infix", "dynamic",
    ]

    private static let declarations: Set<Substring> = [
        "func", "var", "let", "init", "case", "subscript", "associatedtype", "typealias", "struct", "class", "enum",
        "protocol", "extension", "actor", "deinit", "import",
    ]

    /// The line of the brace that closes the body; nil: there is none.
    private static func lastLine(of code: [String], from start: Int) -> Int? {
        var parentheses = 0, braces = 0
        for index in start..<code.count {
            if index > start, braces == 0, parentheses == 0, begins(code[index]) { return nil }
            for character in code[index] {
                switch character {
                case "(", "[": parentheses += 1
                case ")", "]": parentheses -= 1
                case "{" where braces > 0 || parentheses == 0: braces += 1
                case "}" where braces > 0:
                    braces -= 1
                    if braces == 0 { return index }
                case "}" where parentheses == 0: return nil
                default: break
                }
            }
        }
        return nil
    }

    /// Another declaration begins on this line.
    private static func begins(_ line: String) -> Bool {
        guard let first = line.split(whereSeparator: \.isWhitespace).first else { return false }
        return first.hasPrefix("@") || modifiers.contains(first) || declarations.contains(where: first.hasPrefix)
    }
}
