/// No pure room goes through a dictionary or a set: their order differs between two runs, and between two equal ones.
///
/// Limits: it sees lines and not types. It knows a name as a dictionary or a set when the same file declares it with a
/// type or a literal that says so; a name whose type is inferred, or declared in another file, is seen only through
/// `.keys` and `.values`. What is sorted, counted or looked up on the spot is fine.
enum HashOrderRules {
    private static let rule = Rule(
        reason: "the order of a dictionary or a set differs from run to run, so a replay would give another result",
        instead: "go through a sorted array and use the dictionary to look things up")

    /// Members whose result has no order.
    private static let orderless = [
        "count", "isEmpty", "contains", "sorted", "min", "max", "allSatisfy", "subscript", "insert", "remove", "union",
        "subtracting", "formUnion", "intersection", "isSubset", "isSuperset", "isDisjoint", "updateValue", "removeValue",
        "removeAll", "reserveCapacity", "filter", "merge", "merging", "mapValues", "keys", "values", "subtract", "index",
        "formIntersection", "symmetricDifference", "isStrictSubset",
    ]

    static func check(_ file: SourceFile) -> [Finding] {
        guard !file.isTest, let target = file.target, House.pureRooms.contains(target) else { return [] }
        let names = file.code.flatMap(declaredNames)
        var found: [Finding] = []
        for (index, line) in file.code.enumerated() {
            for member in ["keys", "values"] where goesThrough(member, of: line) {
                found.append(rule.finding(file.place(index), "goes through `.\(member)`"))
            }
            for name in names where goesThrough(collection: name, line) {
                found.append(rule.finding(file.place(index), "goes through `\(name)`, a dictionary or a set"))
            }
        }
        return found
    }

    /// `.keys` that is not sorted, counted or searched on the spot.
    private static func goesThrough(_ member: String, of line: String) -> Bool {
        line.wordRanges(of: "." + member).contains { range in
            let rest = line[range.upperBound...]
            guard rest.first == "." else { return true }
            return !orderless.contains(String(rest.dropFirst().prefix { $0.isWordPart }))
        }
    }

    private static func goesThrough(collection name: String, _ line: String) -> Bool {
        line.wordRanges(of: name).contains { range in
            let rest = line[range.upperBound...]
            if rest.first == "." { return ordered.contains(String(rest.dropFirst().prefix { $0.isWordPart })) }
            // `for key in names {`, and not `for key in names(of: x)` or `names[key]`.
            let before = line[..<range.lowerBound].split(whereSeparator: \.isWhitespace)
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
