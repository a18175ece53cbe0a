import ArgumentParser
import CommandLine
import ServerAssembly

/// `carrel up` is the launcher, hidden verbs are its processes, every other verb is a client.
struct Carrel: ParsableCommand {
    static let verbs = workVerbs + poolVerbs + planningVerbs + administrationVerbs + assemblyVerbs

    /// As every other word of Carrel's on standard error begins.
    static var _errorPrefix: String { "carrel: " }

    static let configuration = CommandConfiguration(
        commandName: "carrel", abstract: "Check out a GPU, work, and it comes back by itself.", version: version,
        groupedSubcommands: [
            CommandGroup(name: "Work", subcommands: workVerbs),
            CommandGroup(name: "Pool", subcommands: poolVerbs),
            CommandGroup(name: "Planning", subcommands: planningVerbs),
            CommandGroup(name: "Administration", subcommands: administrationVerbs + assemblyVerbs),
        ])
}
