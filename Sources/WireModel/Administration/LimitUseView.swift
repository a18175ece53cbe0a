/// What somebody may use at most, and how much of it they use: the answer to `GET /v1/limits`.
package struct LimitUseView: Codable, Equatable, Sendable {
    package var user: String
    package var gpusHeld: Int
    /// Absent, as in all that follows: no limit.
    package var gpusAtOnce: Int?
    /// In the last seven days, with what running leases may still use; absent where nothing limits it.
    package var gpuHoursCounted: Double?
    package var gpuHoursAWeek: Int?
    /// How they come free in the next eight days, if leases end as they say and nothing else begins; absent where nothing limits
    /// them.
    package var comesFree: [FreeingView]?
    /// The shorter one of the user's and the team's; from the grant of a lease to its end.
    package var longestLeaseSeconds: Double?
    package var team: String
    package var teamGpusHeld: Int
    package var teamGpusAtOnce: Int?
    package var teamGpuHoursCounted: Double?
    package var teamGpuHoursAWeek: Int?
    package var teamComesFree: [FreeingView]?

    package init(user: String, gpusHeld: Int, team: String, teamGpusHeld: Int) {
        self.user = user
        self.gpusHeld = gpusHeld
        self.team = team
        self.teamGpusHeld = teamGpusHeld
    }

    /// Nothing is limited.
    package var isUnlimited: Bool {
        gpusAtOnce == nil && gpuHoursAWeek == nil && longestLeaseSeconds == nil && teamGpusAtOnce == nil
            && teamGpuHoursAWeek == nil
    }
}
