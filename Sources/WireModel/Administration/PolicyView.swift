/// The policy's numbers; also the body of `PATCH /v1/policy`, where what is absent stays as it is.
package struct PolicyView: Codable, Equatable, Sendable {
    package var defaultTimeSeconds: Double?
    package var longestTimeSeconds: Double?
    package var holdAfterSeconds: Double?
    package var usageHalfLifeSeconds: Double?
    package var graceSeconds: Double?
    package var waitingLimit: Int?
    /// Whether what is borrowed beyond a guarantee is taken back.
    package var reclaim: Bool?
    package var reclaimNoticeSeconds: Double?
    package var minimumRunSeconds: Double?

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
