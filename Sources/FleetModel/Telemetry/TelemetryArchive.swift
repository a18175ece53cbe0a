/// Where a rollup belongs.
package struct TelemetryPlace: Hashable, Sendable {
    package let level: TelemetryLevel
    /// A multiple of the level's width.
    package let start: Timestamp
    package let device: DeviceKey
    /// Who held the device; nil: nobody did.
    package let lease: LeaseID?

    package init(level: TelemetryLevel, start: Timestamp, device: DeviceKey, lease: LeaseID?) {
        self.level = level
        self.start = start
        self.device = device
        self.lease = lease
    }
}

/// What was seen in one place.
package struct TelemetryRow: Hashable, Sendable {
    package let place: TelemetryPlace
    package let rollup: Rollup

    package init(_ place: TelemetryPlace, _ rollup: Rollup) {
        self.place = place
        self.rollup = rollup
    }
}

/// What was seen from one time on.
package struct TelemetryPoint: Hashable, Sendable {
    package let start: Timestamp
    package var rollup: Rollup

    package init(start: Timestamp, rollup: Rollup) {
        self.start = start
        self.rollup = rollup
    }
}

/// Whose telemetry is asked for.
package enum TelemetrySubject: Hashable, Sendable {
    case device(DeviceKey)
    /// All its devices together.
    case lease(LeaseID)
}

/// Why telemetry can't be written or read now.
package enum TelemetryFailure: Error, Hashable, Sendable {
    /// `code`: SQLite's result code.
    case storage(code: Int32, detail: String)
}

/// Keeps rollups beyond the life of a server. Losing the newest is fine; nothing waits for it.
package protocol TelemetryArchive: Sendable {
    /// Merges rows with those that are there: the same place may be added to again and again.
    func add(_ rows: [TelemetryRow]) async throws(TelemetryFailure)
    /// Points that begin in `from..<until`, merged into spans of `step`, in order of time; spans in which nothing was seen
    /// are left out. `step` is a multiple of the level's width.
    func points(
        of subject: TelemetrySubject, level: TelemetryLevel, from: Timestamp, until: Timestamp, step: TimeSpan
    ) async throws(TelemetryFailure) -> [TelemetryPoint]
    /// Lets go of what is older than its level is kept, and of the oldest beyond the store's size.
    func trim(at now: Timestamp) async throws(TelemetryFailure)
}
