package import ArgumentParser
import FleetModel

/// The verbs with what they say of themselves, to help with a mistake in one.
package struct VerbTree {
    struct Verb {
        let name: String
        let abstract: String
        let aliases: [String]
        let subverbs: [Verb]
    }

    let verbs: [Verb]

    package init(_ commands: [any ParsableCommand.Type]) { verbs = commands.map(Self.verb) }

    private static func verb(_ command: any ParsableCommand.Type) -> Verb {
        let configuration = command.configuration
        return Verb(
            name: configuration.commandName ?? "", abstract: configuration.abstract, aliases: configuration.aliases,
            subverbs: configuration.subcommands.map(verb))
    }

    /// What to say about arguments that no verb takes, or that the parser would misread; nil: nothing is wrong so far.
    ///
    /// - Parameter arguments: without the program's name.
    package func mistake(in arguments: [String]) -> String? {
        if arguments.first == "help" {
            let asked = Array(arguments.dropFirst())
            return asked.first == "help" ? nil : mistake(inVerbs: asked)
        }
        return EmptyNames.mistake(in: arguments) ?? mistake(inVerbs: arguments)
            ?? arguments.first.flatMap { NegativeNumbers.mistake(verb: $0, arguments.dropFirst()) }
            ?? arguments.first.flatMap { OtherForms.mistake(verb: $0, arguments.dropFirst()) }
            ?? arguments.first.flatMap { RequestNumbers.mistake(verb: $0, arguments.dropFirst()) }
    }

    private func mistake(inVerbs arguments: [String]) -> String? {
        guard let word = arguments.first, !word.hasPrefix("-") else { return nil }
        guard let verb = verbs.first(where: { $0.name == word }) else { return unknown(word) }
        if !verb.subverbs.isEmpty, arguments.count > 1, !arguments[1].hasPrefix("-"),
            !verb.subverbs.contains(where: { $0.name == arguments[1] || $0.aliases.contains(arguments[1]) }),
            !FilePlaces.isPlace(arguments[1], of: verb.name)
        {
            return unknown(arguments[1], of: verb)
        }
        return nil
    }

    private func unknown(_ word: String) -> String {
        let known = Synonyms.of(word.lowercased()) ?? Likeness.nearest(to: word.lowercased(), in: verbs.map(\.name))
        return Self.words("carrel", word, verbs.filter { known.contains($0.name) }, inOrderOf: known)
    }

    private func unknown(_ word: String, of verb: Verb) -> String {
        let names = verb.subverbs.map(\.name)
        let known =
            Synonyms.of(word.lowercased(), among: names)
            ?? Likeness.nearest(to: word.lowercased(), in: names)
        let all = known.isEmpty ? verb.subverbs.map(\.name) : known
        return Self.words(
            "carrel \(verb.name)", word, verb.subverbs.filter { all.contains($0.name) }, inOrderOf: known)
    }

    /// `a`, `a or b`, `a, b or c`.
    private static func list(_ names: [String]) -> String {
        guard names.count > 1, let last = names.last else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " or " + last
    }

    private static func words(_ program: String, _ word: String, _ verbs: [Verb], inOrderOf known: [String]) -> String {
        let question = known.isEmpty ? "" : "; did you mean \(Self.list(known))?"
        let sorted = verbs.sorted { (known.firstIndex(of: $0.name) ?? 0) < (known.firstIndex(of: $1.name) ?? 0) }
        let width = sorted.map(\.name.count).max() ?? 0
        let lines = sorted.map { verb in
            "  \(program) \(verb.name)" + String(repeating: " ", count: width - verb.name.count + 2) + verb.abstract
        }
        return (["no verb '\(word)'\(question)"] + lines + ["`\(program) --help` lists all verbs."]).joined(separator: "\n")
    }
}
