package import FleetModel

/// What a run came to.
package struct SimulationReport: Sendable {
    /// How often things happened.
    package struct Counts: Hashable, Sendable {
        package var happenings = 0
        package var commits = 0
        package var events = 0
        package var requests = 0
        package var granted = 0
        /// Of these: by a guarantee, past others, on devices held for others, after devices were held for them.
        package var guaranteed = 0
        package var passed = 0
        package var backfilled = 0
        package var held = 0
        package var takenBack = 0
        package var refused = 0
        package var cancelled = 0
        package var closed = 0
        /// Devices that left the pool, and those that came back to it.
        package var quarantined = 0
        package var released = 0
        /// Nodes on which no lease was to begin any more.
        package var cordoned = 0
        package var serverStarts = 0
        package var predictions = 0
        /// Requests of which the historian said what they must have come to.
        package var verdicts = 0
        /// What was said about idle leases, said by their users, and done.
        package var idleNotices = 0
        package var kept = 0
        package var takenAsIdle = 0
        /// Reservations that were accepted, moved, begun and lapsed, and leases under them.
        package var reserved = 0
        package var moved = 0
        package var begun = 0
        package var lapsed = 0
        package var underReservation = 0
        /// Leases that ended because their nodes were to be empty.
        package var drained = 0
        /// How often the oldest that waited did so because of a limit.
        package var atLimit = 0

        package init() {}
    }

    package let seed: UInt64
    package let options: SimulationOptions
    package let counts: Counts
    /// How often each fault struck, by its raw value.
    package let struck: [Int]
    /// Virtual time from the first moment to the last.
    package let span: TimeSpan
    /// Of the whole log: the same seed gives the same.
    package let digest: UInt64
    package let violation: Violation?
    let history: [Fact]

    /// Everything that happened, a line each, oldest first.
    package var trace: [String] { history.map { $0.text(since: World.start) } }

    /// How often a fault struck.
    package func struck(_ fault: Fault) -> Int { struck[fault.rawValue] }
}

/// What must never be, and was.
package struct Violation: Hashable, Sendable, CustomStringConvertible {
    package let seed: UInt64
    package let text: String
    /// Virtual time since the beginning.
    package let after: TimeSpan
    /// The last event that was durable then.
    package let sequence: Int64
    package let options: String

    package var description: String {
        "seed \(seed): \(text) (after \(after.text), event \(sequence)); again with make torture SEEDS=\(seed)..\(seed), \(options)"
    }
}

extension SimulationReport.Counts {
    /// Each count with its name, for tables.
    package static var parts: [(name: String, part: WritableKeyPath<Self, Int>)] {
        [
            ("happenings", \.happenings), ("commits", \.commits), ("events", \.events), ("requests", \.requests),
            ("granted", \.granted), ("by a guarantee", \.guaranteed), ("past others", \.passed),
            ("backfilled", \.backfilled), ("after a hold", \.held), ("refused", \.refused), ("cancelled", \.cancelled),
            ("closed", \.closed), ("out of the pool", \.quarantined),
            ("back in the pool", \.released), ("nodes cordoned", \.cordoned), ("server starts", \.serverStarts),
            ("answers predicted", \.predictions),
            ("fates predicted", \.verdicts), ("idle notices", \.idleNotices), ("kept", \.kept),
            ("taken as idle", \.takenAsIdle), ("on what was taken back", \.takenBack),
            ("reservations", \.reserved), ("moved", \.moved), ("begun", \.begun), ("lapsed", \.lapsed),
            ("leases under them", \.underReservation), ("leases drained", \.drained), ("at a limit", \.atLimit),
        ]
    }

    /// Adds the counts of another run.
    package mutating func add(_ other: Self) {
        for (_, part) in Self.parts { self[keyPath: part] += other[keyPath: part] }
    }
}
