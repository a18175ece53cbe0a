/// `-1h` where a number or a time belongs: the parser would read it as the options -1 and -h.
///
/// Values of options need no help here: theirs are read whatever they begin with (`.unconditional`).
enum NegativeNumbers {
    private static let verbsWithNumbers = ["attach", "extend", "logs", "receipt", "return", "show", "why"]

    /// - Parameter rest: what follows the verb.
    static func mistake(verb: String, _ rest: ArraySlice<String>) -> String? {
        guard verbsWithNumbers.contains(verb) else { return nil }
        var places: [String] = []
        var isValue = false
        for word in rest.prefix(while: { $0 != "--" }) {
            if isNegative(word), !isValue { return words(verb, word, after: places) }
            if !word.hasPrefix("-"), !isValue { places.append(word) }
            isValue = word == "--data-dir"
        }
        return nil
    }

    private static func isNegative(_ word: String) -> Bool {
        word.hasPrefix("-") && word.dropFirst().first.map { ("0"..."9").contains($0) || $0 == "." } ?? false
    }

    private static func words(_ verb: String, _ word: String, after places: [String]) -> String {
        guard verb == "extend", let id = places.first else { return "\(word): numbers of requests and leases start at 1" }
        return "\(word): a time to add must be positive; to end early use carrel return \(id)"
    }
}
