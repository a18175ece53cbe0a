import ArgumentParser
import CommandLine
import Environments
import Foundation
import Glibc
import SoftwareStack
import WireModel

/// What `carrel doctor --gpu-stack` found, for programs.
struct StackReport: Encodable {
    struct Finding: Encodable {
        let subject: String
        let state: String
        let words: String
        /// absent: nothing is wrong.
        let cause: String?
        let next: String?
    }

    /// `good`, `unknown` or `bad`: the worst of them.
    let state: String
    let findings: [Finding]

    /// - Parameter folder: the environment's; nil: the one that this runs in, if any.
    init(_ folder: String?) {
        let found = StackJudgement.findings(StackProbe().facts(environment: folder))
        findings = found.map {
            Finding(
                subject: $0.subject, state: $0.state.rawValue, words: $0.words, cause: $0.cause?.rawValue,
                next: $0.next)
        }
        let states = Set(found.map(\.state))
        state = states.contains(.bad) ? "bad" : states.contains(.unknown) ? "unknown" : "good"
    }

    /// Where the environment lies that somebody named.
    static func folder(_ name: String?, _ server: ServerOptions) async throws -> String? {
        guard let name else { return nil }
        if name.contains("/") || name.hasPrefix(".") { return SoftwareOptions.absolute(name) }
        guard let view = try await EnvListCommand.all(server).first(where: { $0.name == name && $0.kind == "carrel" }) else {
            Exit.say("There is no environment \(name); `carrel env list` shows those there are.")
            throw ExitCode(1)
        }
        // Outside a sandbox only the server gets there.
        if view.shared, access("\(view.folder)/bin/python", X_OK) != 0 {
            Exit.say(
                "\(name) is a shared environment, which only work sees. Look at it from there: carrel run --env \(name) -- carrel doctor --gpu-stack"
            )
            throw ExitCode(1)
        }
        return view.folder
    }
}
