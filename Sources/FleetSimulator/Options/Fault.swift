/// What goes wrong in a simulation. Each is on or off for a seed, with a probability of its own.
package enum Fault: Int, CaseIterable, Sendable {
    // The engine
    case launchRefused, launchFails, attemptNeverBegins, exitedAtOnce, ignoresTermination, leftoverProcess
    case engineCrashes, foundKilled, foundNeverBegan, changeNoticeLost
    // The way to the engine and back
    case answerLate, answerLost, answerDoubled, requestLost
    // The server
    case crashBeforeEffect, crashBeforeAnswer, crashAnyTime
    // The store
    case diskFull, appendRefused, appendUnknownWritten, appendUnknownLost, checkpointTorn
    // Nodes and devices
    case nodeVanishes, nodeRestarts, deviceVanishes, oldProcessReturns, verificationFails
    // The clock of the commands
    case clockForward, clockBackward
    // People
    case extensionAtExpiry, returnedTwice, cancelledAtGrant, strangerMeddles, submittedTwice, policyChanges

    /// Faults that strike at moments of their own and not on the occasion of something else.
    static let moments: [Fault] = [
        .engineCrashes, .crashAnyTime, .diskFull, .nodeVanishes, .deviceVanishes, .oldProcessReturns, .verificationFails,
        .clockForward, .clockBackward, .policyChanges,
    ]
}

/// How often each fault strikes.
package struct FaultRates: Hashable, Sendable {
    private var rates: [Ratio]

    package static let none = FaultRates()

    package init() { rates = Array(repeating: .never, count: Fault.allCases.count) }

    package subscript(fault: Fault) -> Ratio {
        get { rates[fault.rawValue] }
        set { rates[fault.rawValue] = newValue }
    }
}

/// A mistake built into the simulation's service, to show that the checkers find it.
package enum PlantedBug: String, CaseIterable, Sendable {
    /// Devices are called clean without a look at them.
    case skipsVerification
    /// Work is launched while its grant is still being written.
    case effectBeforeCommit
    /// After a restart every exit that is found counts as a success.
    case exitCodeLostAtReplay
    /// People are told yes while their command is still being written.
    case answersBeforeCommit
    /// An append of unknown outcome is taken as not written, and the server goes on.
    case goesOnAfterUnknownAppend
    /// Work that ignores the polite signal is never ended by force.
    case neverForces
    /// A list is trusted about attempts whose effects finished after it was asked for.
    case trustsStaleLists
    /// A repeated submission becomes a second request.
    case forgetsKeys
}
