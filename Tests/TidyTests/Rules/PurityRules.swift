/// What makes an answer depend on more than the arguments, in the pure rooms.
///
/// Limits: it sees lines and not types. A clock that is read through a name of its own, or in text between slashes, is
/// not seen; what a pure room can reach at all is bounded by its imports.
enum PurityRules {
    /// Where the words of concurrency are right: protocols that rooms further out implement.
    static let asynchronousProtocols: Set<String> = [
        "Sources/LeaseLedger/Log/EventLog.swift", "Sources/LeaseLedger/Log/LedgerArchive.swift",
    ]

    private static let clock = Rule(
        reason: "time enters a pure room in its commands, so that a replay sees the same time",
        instead: "take a Timestamp from the caller")
    private static let chance = Rule(
        reason: "what was chosen by chance can't be replayed",
        instead: "take a generator with a seed: `using: &generator`, or an identifier from the caller")
    private static let output = Rule(
        reason: "a pure room has no input and no output", instead: "return what there is to say")
    private static let concurrency = Rule(
        reason: "a pure room does one thing after the other", instead: "let the caller start tasks around it")

    private static let banned: [(text: String, rule: Rule)] = [
        ("Date()", clock), ("ContinuousClock", clock), ("SuspendingClock", clock),
        ("DispatchTime", clock), ("clock_gettime", clock),
        ("UUID()", chance), ("SystemRandomNumberGenerator", chance), ("hashValue", chance), ("Hasher()", chance),
        ("print(", output), ("debugPrint(", output), ("dump(", output), ("readLine(", output), ("FileManager", output),
        ("ProcessInfo", output), ("CommandLine.arguments", output),
        ("Task {", concurrency), ("Task{", concurrency), ("Task.", concurrency), ("Task(", concurrency),
        ("actor", concurrency),
        ("await", concurrency), ("async", concurrency), ("DispatchQueue", concurrency), ("Mutex", concurrency),
    ]

    /// Calls that take a generator: without one they use the system's.
    private static let needsGenerator = [".random(", ".shuffled(", ".shuffle(", ".randomElement("]

    static func check(_ file: SourceFile) -> [Finding] {
        guard !file.isTest, let target = file.target, House.pureRooms.contains(target) else { return [] }
        let isProtocol = asynchronousProtocols.contains(file.path)
        let possible = banned.filter { file.allCode.has($0.text) && !(isProtocol && $0.text == "async") }
        let calls = needsGenerator.filter(file.allCode.has)
        var found: [Finding] = []
        for (index, line) in file.code.enumerated() {
            for (text, rule) in possible where line.hasWord(text) {
                found.append(rule.finding(file.place(index), "\(target) has `\(text)`"))
            }
            if readsNow(line) { found.append(clock.finding(file.place(index), "\(target) has `.now`")) }
            for call in calls where line.hasWord(call) && !call.isGivenAGenerator(file.code, index) {
                found.append(chance.finding(file.place(index), "\(target) calls `\(call)…)` without a generator"))
            }
        }
        return found
    }

    /// `.now` and `Date.now`, and not the `now` of a value: `pass.now`.
    private static func readsNow(_ line: String) -> Bool {
        line.wordRanges(of: ".now").contains { range in
            let owner = line[..<range.lowerBound].reversed().prefix { $0.isWordPart || $0 == ")" || $0 == "]" || $0 == "?" }
            return owner.last.map(\.isUppercase) ?? true
        }
    }
}

extension String {
    /// The arguments may go on over a few lines.
    fileprivate func isGivenAGenerator(_ code: [String], _ index: Int) -> Bool {
        code[index..<min(index + 3, code.count)].contains { $0.has("using:") }
    }
}
