package import ArgumentParser
import Foundation
package import WireModel

/// The environment of software that work starts in.
package struct SoftwareOptions: ParsableArguments {
    @Option(help: "Start in this environment: a name from `carrel env list`, or the folder of one: ./.venv.")
    package var env: String?

    package init() {}

    package mutating func validate() throws {
        try GivenValue.check(env, of: "--env", example: "torch")
        if let env, env.isEmpty { throw ValidationError("--env is empty. Example: --env torch") }
    }

    /// What holds a slash is a folder, seen from here.
    package func add(to request: inout NewRequest) {
        request.env = env.map { $0.contains("/") || $0.hasPrefix(".") ? Self.absolute($0) : $0 }
    }

    package static func absolute(_ path: String) -> String {
        let expanded = (path as NSString).expandingTildeInPath
        let whole = expanded.hasPrefix("/") ? expanded : FileManager.default.currentDirectoryPath + "/" + expanded
        return (whole as NSString).standardizingPath
    }
}
