import Foundation
import Glibc

/// The work that makes or removes an environment: the hidden verb's body.
package enum EnvironmentJob {
    /// - Parameter text: an `EnvironmentOrder` as JSON.
    /// - Returns: the exit code. All words are on standard output and standard error.
    package static func run(_ text: String) -> Int32 {
        guard let order = try? JSONDecoder().decode(EnvironmentOrder.self, from: Data(text.utf8)) else {
            complain("This verb is for Carrel itself; use `carrel env create`.")
            return 78
        }
        do throws(EnvironmentTrouble) {
            try EnvironmentBuilder(
                order, ownFolder: OwnFolder.path(variables: ProcessInfo.processInfo.environment), say: Self.say
            ).run()
            return 0
        } catch {
            complain(error.words)
            return 1
        }
    }

    /// At once: what the programs print that it starts comes into the same log.
    private static func say(_ words: String) { FileHandle.standardOutput.write(Data("\(words)\n".utf8)) }

    private static func complain(_ words: String) { FileHandle.standardError.write(Data("\(words)\n".utf8)) }
}
