import WireModel

/// A word where the number of a request belongs: the parser would only say that it is invalid.
enum RequestNumbers {
    /// Verbs whose first argument is a number, as `carrel ps` lists them.
    private static let verbs = [
        "attach", "extend", "keep", "logs", "open", "receipt", "return", "revoke", "share", "show", "why",
    ]
    /// Options of these verbs that take the next word.
    private static let withValue = ["--data-dir", "--server", "--reason"]

    /// - Parameter rest: what follows the verb.
    static func mistake(verb: String, _ rest: ArraySlice<String>) -> String? {
        guard verbs.contains(verb) else { return nil }
        var places: [String] = [], isValue = false
        for word in rest.prefix(while: { $0 != "--" }) {
            if !isValue, !word.hasPrefix("-") { places.append(word) }
            isValue = !isValue && withValue.contains(word)
        }
        guard let first = places.first, Int64(first) == nil else { return nil }
        let words = "“\(first.shown)” is no number of a request; `carrel ps --all` lists them"
        guard places.count > 1, Int64(places[1]) != nil, ["extend", "share"].contains(verb) else {
            return words + ". Example: carrel \(verb) 12" + (example[verb].map { " " + $0 } ?? "")
        }
        return words + ". The number comes first: carrel \(verb) \(places[1]) \(first.shown)"
    }

    private static let example = ["extend": "1h", "share": "ben", "revoke": "--reason \"service at noon\""]
}
