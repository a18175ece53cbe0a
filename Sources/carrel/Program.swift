import ArgumentParser
import CommandLine
import Dispatch
import Glibc
import ServerAssembly

/// The launcher runs on the main thread and on no other: its children are told when this thread ends.
@main
struct Program {
    static func main() {
        let arguments = Swift.CommandLine.arguments
        if let verb = HiddenVerb(arguments) {
            verb.runAlone(arguments)
            finish { await verb.run(arguments) }
        }
        if let mistake = VerbTree(Carrel.verbs).mistake(in: Array(arguments.dropFirst())) {
            Exit.say(mistake)
            exit(ExitCode.validationFailure.rawValue)
        }
        do {
            var command = try Carrel.parseAsRoot()
            guard let verb = command as? any AsyncParsableCommand else {
                try command.run()
                Carrel.exit()
            }
            finish {
                var verb = verb
                try await verb.run()
            }
        } catch {
            Carrel.exit(withError: error)
        }
    }

    private static func finish(_ body: sending @escaping () async throws -> Void) -> Never {
        Task {
            do { try await body() } catch { Carrel.exit(withError: error) }
            Carrel.exit()
        }
        dispatchMain()
    }
}
