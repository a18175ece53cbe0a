/// Where a lease stands; the same for every engine.
///
/// | from | to | because |
/// |---|---|---|
/// | pledged | starting | an attempt is owed |
/// | pledged | ending | it was given back or expired first |
/// | starting | starting | the attempt never began: the next one is safe |
/// | starting | running | the engine saw it run |
/// | starting, running | ending | time, return, preemption, a lost node |
/// | starting, running, ending | verifying | the attempt is over |
/// | verifying | closed | the devices were looked at |
package enum LeasePhase: String, Codable, Sendable, CaseIterable {
    case pledged
    case starting
    case running
    case ending
    case verifying
    case closed

    /// Whether the table above has this transition.
    package func mayBecome(_ next: LeasePhase) -> Bool {
        switch (self, next) {
        case (.pledged, .starting), (.pledged, .ending): true
        case (.starting, .starting), (.starting, .running), (.starting, .ending), (.starting, .verifying): true
        case (.running, .ending), (.running, .verifying): true
        case (.ending, .verifying): true
        case (.verifying, .closed): true
        default: false
        }
    }

    /// The lease holds its devices.
    package var isLive: Bool { self != .closed }
}

/// Whether the engine can be asked about a lease. A lost node is lost contact: only fencing closes its leases.
package enum Contact: String, Codable, Sendable, CaseIterable {
    case known
    case lost
}
