import WireModel

/// A name that is empty, most often a variable of a script that is not set: as part of an address it would mean something else.
enum EmptyNames {
    /// Verbs whose words are not all names: those of a program, or of texts.
    private static let excepted = ["run", "shell", "notebook"]
    /// Options whose value is a name. Of others an empty value may be meant: it takes a text away.
    private static let named = [
        "--user", "--team", "--unix-user", "--act", "--profile", "--issuer", "--server", "--data-dir", "--role", "--scope",
    ]

    /// Options that take no value, of verbs that take names.
    private static let flags: Set = [
        "--json", "--csv", "--watch", "-w", "--shared", "--all", "-a", "--force", "--replace", "--recursive", "-r",
        "--parents", "-p", "--remove", "--detach", "-d", "--everybody", "--no-limit", "--no-password", "--release",
        "--retest", "--was-reset", "--follow", "-f", "--list", "--once", "--without-frameworks",
    ]

    /// - Parameter arguments: without the program's name.
    static func mistake(in arguments: [String]) -> String? {
        guard let verb = arguments.first, !excepted.contains(verb) else { return nil }
        var previous = verb, isAfterOptions = false
        for word in arguments.dropFirst() {
            if !isAfterOptions, let option = named.first(where: { word == $0 + "=" || (word.isEmpty && previous == $0) }) {
                return "\(option) is empty; \(hint)"
            }
            if word.isEmpty, isAfterOptions || !previous.hasPrefix("-") || flags.contains(previous) {
                return "a name is empty: carrel \(arguments.map(quoted).joined(separator: " ")); \(hint)"
            }
            if word == "--" { isAfterOptions = true }
            previous = word
        }
        return nil
    }

    private static let hint = "give a name. In a script: is the variable set?"

    private static func quoted(_ word: String) -> String {
        word.isEmpty || word.contains(" ") ? "'\(word.shown)'" : word.shown
    }
}
