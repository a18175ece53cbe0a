/// An amount of money.
package struct CostView: Codable, Equatable, Sendable {
    package var amount: Double
    /// ISO 4217: `EUR`.
    package var currency: String

    package init(amount: Double, currency: String) {
        self.amount = amount
        self.currency = currency
    }
}

/// The energy of leases that were closed in a span of time, by user or by team.
package struct EnergyReport: Codable, Equatable, Sendable {
    /// What was added up for one of them.
    package struct Entry: Codable, Equatable, Sendable {
        /// The user, or the team.
        package var name: String
        /// Leases that had GPUs.
        package var leases: Int
        package var gpuSeconds: Double
        /// Of the leases whose energy was measured; nil: of none.
        package var energyJoules: Double?
        /// Leases whose energy was not measured: what is missing in the sum.
        package var notMeasured: Int
        /// One for each currency, of leases that had a price.
        package var costs: [CostView]

        package init(
            name: String, leases: Int, gpuSeconds: Double, energyJoules: Double?, notMeasured: Int, costs: [CostView]
        ) {
            self.name = name
            self.leases = leases
            self.gpuSeconds = gpuSeconds
            self.energyJoules = energyJoules
            self.notMeasured = notMeasured
            self.costs = costs
        }
    }

    package var from: String
    package var until: String
    /// `user` or `team`.
    package var by: String
    /// Who used most comes first.
    package var entries: [Entry]
    package var total: Entry

    package init(from: String, until: String, by: String, entries: [Entry], total: Entry) {
        self.from = from
        self.until = until
        self.by = by
        self.entries = entries
        self.total = total
    }
}
