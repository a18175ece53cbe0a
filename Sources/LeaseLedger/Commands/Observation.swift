package import FleetModel

/// What an engine or a device reader reports. Never rejected: recorded, ignored as stale, or recorded as a conflict.
package enum Observation: Hashable, Sendable {
    case node(NodeReport)
    case attemptRunning(AttemptKey)
    case attemptEnded(AttemptKey, AttemptOutcome)
    /// `giveUp`: devices that will not become clean by waiting: they go into quarantine, and the lease is closed.
    case verified(AttemptKey, [CleanCheck], giveUp: [DeviceFault] = [], use: DeviceUse? = nil)
    /// A device can't be used, whoever holds it.
    case unhealthy(DeviceFault)
    /// A device passed every check after this quarantine began; another one that came meanwhile stays.
    case recovered(DeviceKey, from: Quarantine)
    /// The processes on a device that no lease accounts for; empty: there is none any more.
    case foreign(DeviceKey, [DeviceProcess])
    case contact(NodeName, Contact)
    /// Too many devices of a node failed at once: its driver or the checks are suspected.
    case suspected(NodeName, detail: String)
    /// The suspicion is over.
    case trusted(NodeName)
    /// The engine runs an attempt that no live lease accounts for, on these devices.
    case stray(AttemptKey, devices: [DeviceKey])
    case strayGone(AttemptKey)
    /// What the rule of idle return says of an attempt's lease now, and on what evidence.
    case idle(AttemptKey, IdleNotice, IdleEvidenceSummary)
    /// Leases are looked at from now on, to see whether they are used.
    case idleWatchBegan
    /// The work was sent its signal for an end that was announced.
    case told(AttemptKey, AnnouncedEnd)
}
