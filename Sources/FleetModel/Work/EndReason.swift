/// Why a lease ended or is ending.
package enum EndReason: Hashable, Codable, Sendable {
    /// The work ended by itself.
    case finished
    /// The lease's time was over.
    case expired
    /// Its user, or an administrator for them, gave it back.
    case returned(by: UserName)
    case idle
    case preempted
    case revoked(by: UserName, reason: String)
    case nodeLost
    /// A device of the lease failed; what it did, in words.
    case deviceFailed(detail: String)
    /// The work could not be started.
    case launchFailed
    /// Its node was drained, and the deadline came.
    case drained

    /// Carrel's own exit code for it, where the program's own does not count; the codes are fixed for ever.
    package var exitCode: Int32? {
        switch self {
        case .finished, .launchFailed, .returned, .revoked, .deviceFailed: nil
        case .nodeLost: ExitCode.nodeLost
        case .expired: ExitCode.expired
        case .idle: ExitCode.idle
        case .preempted, .drained: ExitCode.preempted
        }
    }
}

/// Exit codes of `carrel run` that are Carrel's own.
package enum ExitCode {
    /// The work is over, and nothing says how it ended.
    package static let notKnown: Int32 = 118
    package static let neverFits: Int32 = 119
    package static let nodeLost: Int32 = 120
    package static let expired: Int32 = 121
    package static let idle: Int32 = 122
    package static let preempted: Int32 = 123
    /// EX_USAGE of sysexits.h: what was asked can't be understood, or can't be asked for, whoever found that out.
    package static let usage: Int32 = 64
    /// As in shells: found but not to be executed.
    package static let notExecutable: Int32 = 126
    /// As in shells: no such command.
    package static let notFound: Int32 = 127
    /// As in shells: 128 + the signal.
    package static func signal(_ number: Int32) -> Int32 { 128 &+ number }

    /// What `carrel run` exits with.
    package static func of(_ outcome: AttemptOutcome?, endedBy reason: EndReason) -> Int32 {
        if let own = reason.exitCode { return own }
        switch outcome {
        case .exited(let code): return code
        case .signalled(let number): return signal(number)
        case .killed: return signal(9)
        case .nodeLost: return nodeLost
        case .unknown: return notKnown
        case .launchFailed(.commandNotFound): return notFound
        case .launchFailed: return notExecutable
        case .neverBegan, nil: return reason == .launchFailed ? notExecutable : signal(15)
        }
    }
}
