import WireModel

/// A name where the verb takes it by an option.
enum OtherForms {
    private static let byOption = ["limits": "--user", "ps": "--user", "audit": "--user"]

    /// - Parameter rest: what follows the verb.
    static func mistake(verb: String, _ rest: ArraySlice<String>) -> String? {
        guard let option = byOption[verb], let word = rest.first, !word.hasPrefix("-") else { return nil }
        return "carrel \(verb) takes no '\(word.shown)' by itself. " + hint(verb, option, word)
    }

    /// No user is called by a number or by what is to be done.
    private static func hint(_ verb: String, _ option: String, _ word: String) -> String {
        switch (verb, word) {
        case ("ps", "all"): return "Also what is over: carrel ps --all"
        case ("ps", _) where Int(word) != nil: return "One request: carrel show \(word)"
        case ("audit", _) where Int(word) != nil: return "So many: carrel audit --limit \(word)"
        case ("limits", "set"), ("limits", "add"), ("limits", "remove"):
            return "Limits are set with carrel policy --limit and carrel team set --limit"
        default:
            guard Int(word) == nil, word != "all" else { return "carrel \(verb) --help tells what it takes." }
            return "Of one user: carrel \(verb) \(option) \(word.shown)"
        }
    }
}
