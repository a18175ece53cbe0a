/// What no source may hold.
enum MarkRules {
    private static let force = Rule(
        reason: "an error that nobody expected ends the whole server", instead: "`try` it and say what happens then")
    private static let stub = Rule(
        reason: "a part that is not there must not look like one that is", instead: "write it, or leave it out and say so")
    private static let mark = Rule(
        reason: "nobody comes back to a mark",
        instead: "do it now, or write a decision or a changelog line that says what is missing")
    private static let reexport = Rule(
        reason: "arrows must be seen in the file that needs them", instead: "import the module where it is used")

    static func check(_ file: SourceFile) -> [Finding] {
        guard !file.isTest else { return [] }
        var found: [Finding] = []
        let isSuspect = ["try!", "@_exported", "fatalError("].contains(where: file.allCode.has)
        for (index, line) in file.code.enumerated() where isSuspect {
            if line.hasWord("try!") { found.append(force.finding(file.place(index), "has `try!`")) }
            if line.hasWord("@_exported") { found.append(reexport.finding(file.place(index), "has `@_exported`")) }
            if line.hasWord("fatalError("), file.lines[index].lowercased().contains("implemented") {
                found.append(stub.finding(file.place(index), "is not implemented"))
            }
        }
        return found + marks(file.path, file.lines)
    }

    /// Marks stand in comments and in texts, of C sources too.
    static func marks(_ path: String, _ lines: [String]) -> [Finding] {
        lines.enumerated().flatMap { index, line in
            ["TODO", "FIXME", "XXX"].filter(line.hasWord).map { mark.finding("\(path):\(index + 1)", "has the mark \($0)") }
        }
    }
}
