import ArgumentParser
import Testing

@testable import CommandLine

@Suite("What verbs say of themselves")
struct HelpTests {
    @Test("no line of prose holds the spaces of a line that was joined to it")
    func spaces() {
        func look(_ command: any ParsableCommand.Type) {
            let help = command.configuration
            for line in (help.abstract + "\n" + help.discussion).split(separator: "\n") where !line.hasPrefix(" ") {
                #expect(!line.contains("  "), "\(help.commandName ?? ""): \(line)")
            }
            for verb in help.subcommands { look(verb) }
        }
        for verb in workVerbs + administrationVerbs { look(verb) }
    }
}
