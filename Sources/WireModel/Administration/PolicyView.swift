/// The policy's numbers; also the body of `PATCH /v1/policy`, where what is absent stays as it is.
package struct PolicyView: Codable, Equatable, Sendable {
    package var defaultTimeSeconds: Double?
    package var longestTimeSeconds: Double?
    package var holdAfterSeconds: Double?
    package var usageHalfLifeSeconds: Double?
    package var graceSeconds: Double?
    package var waitingLimit: Int?
    /// For a kilowatt-hour; nil: nobody said.
    package var electricityPrice: Double?
    /// ISO 4217: `EUR`. To be given with the price.
    package var currency: String?
    /// In a change: there is no price any more.
    package var noElectricityPrice: Bool?

    package init(
        defaultTimeSeconds: Double? = nil, longestTimeSeconds: Double? = nil, holdAfterSeconds: Double? = nil,
        usageHalfLifeSeconds: Double? = nil, graceSeconds: Double? = nil, waitingLimit: Int? = nil
    ) {
        self.defaultTimeSeconds = defaultTimeSeconds
        self.longestTimeSeconds = longestTimeSeconds
        self.holdAfterSeconds = holdAfterSeconds
        self.usageHalfLifeSeconds = usageHalfLifeSeconds
        self.graceSeconds = graceSeconds
        self.waitingLimit = waitingLimit
    }
}
