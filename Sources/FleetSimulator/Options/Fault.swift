/// What goes wrong in a simulation. Each is on or off for a seed, with a probability of its own.
/// `Docs/simulation.md` says which failure of real machines each stands for, and which can't be seen yet.
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
    // More of the engine
    case launcherHangs, launcherSlow, neverBeginsOften, exitRecordMissing, recordLost, unkillable, killedMidKernel
    // More of the store
    case fullAtAppend, tailTorn, checkpointsLost
    // More of nodes and devices
    case machineRestarts, nodeStaysAway, nodeJoinsLate, contactFlaps, deviceFlaps, minorsChange, deviceMoves
    case devicesVanishTogether, driverWedged, foreignHolder
    case reportLies, reportLate, reportDoubled
    // More of people
    case badInput, stormOfRequests, returnedAtAnyPhase, wildExtension, teamsChange
    // An administrator
    case ledgerRestored
    // Health of devices
    case deviceFails, nodeSuspected, administratorActs
    // More of an administrator
    case revoked
    // Claims on future devices, and nodes that are to be empty
    case reserved, drained
    // More of devices
    case foreignProcess

    /// Faults that strike at moments of their own and not on the occasion of something else.
    static let moments: [Fault] = [
        .engineCrashes, .crashAnyTime, .diskFull, .nodeVanishes, .deviceVanishes, .oldProcessReturns, .verificationFails,
        .clockForward, .clockBackward, .policyChanges, .launcherHangs, .launcherSlow, .checkpointsLost, .machineRestarts,
        .nodeStaysAway, .contactFlaps, .deviceFlaps, .minorsChange, .deviceMoves, .devicesVanishTogether, .driverWedged,
        .foreignHolder, .reportLies, .stormOfRequests, .teamsChange,
        .ledgerRestored, .deviceFails, .nodeSuspected, .administratorActs,
        .reserved, .drained, .foreignProcess,
    ]

    /// Those that came after seeds had been kept: drawn last, so that these stay what they were.
    static let newer: [Fault] = [.deviceFails, .nodeSuspected, .administratorActs, .reserved, .drained, .foreignProcess]
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
