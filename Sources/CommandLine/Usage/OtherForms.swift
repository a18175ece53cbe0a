import WireModel

/// A name where the verb takes it by an option.
enum OtherForms {
    private static let byOption = ["limits": "--user", "ps": "--user", "audit": "--user"]

    /// - Parameter rest: what follows the verb.
    static func mistake(verb: String, _ rest: ArraySlice<String>) -> String? {
        guard let option = byOption[verb], let word = rest.first, !word.hasPrefix("-") else { return nil }
        return "carrel \(verb) takes no '\(word.shown)' by itself. Of one user: carrel \(verb) \(option) \(word.shown)"
    }
}
