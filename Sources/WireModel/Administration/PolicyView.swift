/// The policy's numbers; also the body of `PATCH /v1/policy`, where what is absent stays as it is.
package struct PolicyView: Codable, Equatable, Sendable {
    package var defaultTimeSeconds: Double?
    package var longestTimeSeconds: Double?
    package var holdAfterSeconds: Double?
    package var usageHalfLifeSeconds: Double?
    package var graceSeconds: Double?
    package var waitingLimit: Int?
    /// What is done about leases that nobody uses: `off`, `warn` or `release`.
    package var idleMode: String?
    /// At its start a lease does not count as idle for so long; this and what follows holds for jobs, and what is set for
    /// sessions too.
    package var idleStartGraceSeconds: Double?
    /// Not used for so long: the first warning.
    package var idleAfterSeconds: Double?
    /// From the first warning to the second.
    package var idleWarnAgainSeconds: Double?
    /// From the second warning to the return.
    package var idleReleaseSeconds: Double?
    /// At first nothing is returned for so long, and what would have been is reported.
    package var idleDryRunSeconds: Double?
    /// How long `carrel keep` holds,
    package var keepForSeconds: Double?
    /// and after what time it may be said again.
    package var keepEverySeconds: Double?
    /// Signs of use that count for nothing: `power memory cpu traffic terminalInput kernelBusy requests`; absent: all count.
    package var idleIgnoring: [String]?
    /// Whether what is borrowed beyond a guarantee is taken back.
    package var reclaim: Bool?
    package var reclaimNoticeSeconds: Double?
    package var minimumRunSeconds: Double?
    /// Who may reserve GPUs: `off`, `admins` or `everyone`.
    package var reservations: String?
    package var reservationLongestSeconds: Double?
    /// How far ahead a reservation may begin.
    package var reservationAheadSeconds: Double?
    /// How many GPUs may be reserved at once; absent: as many as there are.
    package var reservationLimit: Int?
    /// In a change: there is no such limit any more.
    package var noReservationLimit: Bool?
    /// So long after its start one that nobody uses lapses.
    package var reservationGraceSeconds: Double?
    /// What people and teams may use at most; absent: nobody is limited. In a change, those whose limits are set anew.
    package var limits: [LimitView]?
    /// What is done about processes on GPUs that no lease accounts for: `warn`, `block` or `kill`.
    package var foreignProcesses: String?
    /// For a kilowatt-hour; nil: nobody said.
    package var electricityPrice: Double?
    /// ISO 4217: `EUR`. To be given with the price.
    package var currency: String?
    /// In a change: there is no price any more.
    package var noElectricityPrice: Bool?
    /// What was done and may not be what was meant, a sentence each; only in the answer to a change.
    package var warnings: [String]?

    package init(
        defaultTimeSeconds: Double? = nil, longestTimeSeconds: Double? = nil, holdAfterSeconds: Double? = nil,
        usageHalfLifeSeconds: Double? = nil, graceSeconds: Double? = nil, waitingLimit: Int? = nil, reclaim: Bool? = nil,
        reclaimNoticeSeconds: Double? = nil, minimumRunSeconds: Double? = nil
    ) {
        self.defaultTimeSeconds = defaultTimeSeconds
        self.longestTimeSeconds = longestTimeSeconds
        self.holdAfterSeconds = holdAfterSeconds
        self.usageHalfLifeSeconds = usageHalfLifeSeconds
        self.graceSeconds = graceSeconds
        self.waitingLimit = waitingLimit
        self.reclaim = reclaim
        self.reclaimNoticeSeconds = reclaimNoticeSeconds
        self.minimumRunSeconds = minimumRunSeconds
    }
}
