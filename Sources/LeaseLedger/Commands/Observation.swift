package import FleetModel

/// What an engine or a device reader reports. Never rejected: recorded, ignored as stale, or recorded as a conflict.
package enum Observation: Hashable, Sendable {
    case node(NodeReport)
    case attemptRunning(AttemptKey)
    case attemptEnded(AttemptKey, AttemptOutcome)
    case verified(AttemptKey, [CleanCheck])
    case contact(NodeName, Contact)
    /// The engine runs an attempt that no live lease accounts for, on these devices.
    case stray(AttemptKey, devices: [DeviceKey])
    case strayGone(AttemptKey)
}
