package import FleetModel

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
    /// - Parameter now: nil: the clock can't be trusted, and nothing goes by its age.
    func trim(at now: Timestamp?) async throws(TelemetryFailure)
}
