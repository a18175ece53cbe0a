/// No pure room goes through a dictionary or a set: their order differs between two runs, and between two equal ones.
///
/// Limits: it sees lines and not types. It knows a name as a dictionary or a set when the same file declares it with a
/// type or a literal that says so; a name whose type is inferred, or declared in another file, is seen only through
/// `.keys` and `.values`, and these only in rooms that name nothing else so. What is sorted, counted or looked up on the
/// spot is fine.
enum HashOrderRules {
    private static let rule = Rule(
        reason: "the order of a dictionary or a set differs from run to run, so a replay would give another result",
        instead: "go through a sorted array and use the dictionary to look things up")

    static func check(_ files: [SourceFile]) -> [Finding] {
        let pure = files.filter { !$0.isTest && House.pureRooms.contains($0.target ?? "") }
        return Dictionary(grouping: pure) { $0.target ?? "" }.sorted { $0.key < $1.key }.flatMap { _, files in
            let members = ["keys", "values"].filter { name in
                !files.contains { file in file.code.contains { declaresOtherwise(name, $0) } }
            }
            return files.flatMap { check($0, members) }
        }
    }

    private static func check(_ file: SourceFile, _ members: [String]) -> [Finding] {
        let names = Set(file.code.flatMap(declaredNames)).sorted()
        var found: [Finding] = []
        for (index, line) in file.code.enumerated() {
            for member in members where goesThrough(member, line) {
                found.append(rule.finding(file.place(index), "goes through `.\(member)`"))
            }
            for name in names where goesThrough(name, line) {
                found.append(rule.finding(file.place(index), "goes through `\(name)`, a dictionary or a set"))
            }
        }
        return found
    }

    /// The room has something of its own by this name: `var keys: [DeviceKey]`.
    private static func declaresOtherwise(_ name: String, _ line: String) -> Bool {
        ["var \(name)", "let \(name)"].contains(where: line.hasWord) && !declaredNames(line).contains(name)
    }

    private static func goesThrough(_ name: String, _ line: String) -> Bool {
        line.wordRanges(of: name).contains { range in
            let rest = line[range.upperBound...]
            if rest.first == "." { return ordered.contains(String(rest.dropFirst().prefix { $0.isWordPart })) }
            // `for key in names {`, and not `for key in names(of: x)` or `names[key]`.
            let owner = line[..<range.lowerBound].reversed().drop { $0.isWordPart || ".)]?".contains($0) }
            let before = String(owner.reversed()).split(whereSeparator: \.isWhitespace)
            let opens = rest.drop { $0 == " " }.first
            return before.last == "in" && before.contains("for")
                && (opens == "{" || opens == nil || rest.hasPrefix(" where"))
        }
    }

    /// Members that hand the elements out in their order.
    private static let ordered: Set<String> = [
        "map", "flatMap", "compactMap", "forEach", "reduce", "first", "enumerated", "prefix", "dropFirst", "joined", "lazy",
        "makeIterator", "popFirst", "randomElement", "elementsEqual", "starts", "zip",
    ]

    /// `let held: [NodeName: Int]`, `var seen: Set<LeaseID> = []`, `var byKey = [AttemptKey: Int]()`, and parameters.
    static func declaredNames(_ line: String) -> [String] {
        var names: [String] = []
        for range in line.wordRanges(of: ":") + line.wordRanges(of: "=") {
            let name = String(line[..<range.lowerBound].reversed().drop { $0 == " " }.prefix { $0.isWordPart }.reversed())
            let type = line[range.upperBound...].drop { $0 == " " }
            if !name.isEmpty, isHashed(type) { names.append(name) }
        }
        return names
    }

    private static func isHashed(_ type: Substring) -> Bool {
        if ["Set<", "Set(", "Dictionary<", "Dictionary("].contains(where: type.hasPrefix) { return true }
        guard type.first == "[" else { return false }
        var depth = 0
        for character in type {
            if "[(<".contains(character) { depth += 1 }
            if "])>".contains(character) { depth -= 1 }
            if character == ":", depth == 1 { return true }
            if depth == 0 { return false }
        }
        return false
    }
}
