/// Files and functions that can be read in one go.
enum LengthRules {
    static let longestFile = 400
    static let longestFunction = 70

    /// Functions that are longer than the rule: they may get shorter and never longer. The list only shrinks.
    static let ratchet: [String: Int] = [:]

    private static let file = Rule(
        reason: "a file is read from its top to its end", instead: "split it: a file for each type or verb")
    private static let function = Rule(
        reason: "a function is understood when it is seen at once",
        instead: "give its steps names and functions of their own")
    private static let truth = Rule(
        reason: "a ratchet that is looser than the code lets it grow again",
        instead: "set the number in LengthRules.ratchet to what it is, or take the line out")

    static func check(_ path: String, lines: [String]) -> [Finding] {
        let count = lines.last == "" ? lines.count - 1 : lines.count
        return count > longestFile ? [file.finding(path, "has \(count) lines; \(longestFile) are the most")] : []
    }

    static func check(_ source: SourceFile, ratchet: [String: Int] = ratchet) -> [Finding] {
        var found: [Finding] = []
        for entry in FunctionLengths.all(in: source) {
            let known = ratchet["\(source.path) \(entry.name)"]
            if entry.length > known ?? longestFunction {
                found.append(
                    function.finding(
                        source.place(entry.line),
                        "\(entry.name) has \(entry.length) lines; \(known ?? longestFunction) are the most"))
            } else if let known, entry.length < known {
                found.append(
                    truth.finding(
                        source.place(entry.line), "\(entry.name) has \(entry.length) lines, the ratchet says \(known)"))
            }
        }
        return found
    }
}
