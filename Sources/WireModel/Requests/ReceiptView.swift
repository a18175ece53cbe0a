/// The proof of a return.
package struct ReceiptView: Codable, Equatable, Sendable {
    /// What was, or was not, looked at.
    package struct Check: Codable, Equatable, Sendable {
        package var check: String
        /// `passed`, `failed` or `not checked`.
        package var result: String
        package var detail: String?
        /// The device that was looked at; nil: the work as a whole.
        package var device: String?

        package init(check: String, result: String, detail: String?, device: String? = nil) {
            self.device = device
            self.check = check
            self.result = result
            self.detail = detail
        }
    }

    package var id: Int64
    package var user: String
    package var name: String
    package var node: String
    package var devices: [LeasedDevice]
    /// `clean`, `unproven` (nothing found, not everything looked at) or `failed`.
    package var verdict: String
    package var words: String
    package var exitCode: Int32
    package var endedBy: String
    package var grantedAt: String
    package var startedAt: String?
    package var endedAt: String
    package var closedAt: String
    package var attempts: Int
    package var checks: [Check]
    package var deviceSeconds: Double
    /// `1.2 kWh` and how well it is known, or `not measured: …`; never 0 for want of a counter.
    package var energy: String
    /// nil: not measured.
    package var energyJoules: Double?
    /// `counter` or `integratedPower`.
    package var energyMethod: String?
    /// Per cent of the lease's time that the energy was measured in.
    package var energyCoverage: Int64?
    /// What the energy cost, by the price at the end of the lease; nil: there was none, or nothing was measured.
    package var energyCost: CostView?
    /// How far the work said that it was, at its end.
    package var progress: ProgressView?
    /// Of the whole lease's energy; nil: not measured, or no steps were told.
    package var energyPerStepJoules: Double?
    package var energyPerSampleJoules: Double?
    package var peakMemoryBytes: Int64?
    /// Per cent.
    package var meanUtilization: Int?
    package var peakUtilization: Int?
    /// What the driver reported of its devices meanwhile, a sentence each.
    package var incidents: [String]?
    /// Since when it had not been used, and what was seen; absent: it was not returned because it was idle.
    package var idleSince: String?
    package var idleEvidence: String?
    /// What was expected of the work when it was asked for; nil: nothing.
    package var forecast: ForecastView?

    package init(
        id: Int64, user: String, name: String, node: String, devices: [LeasedDevice], verdict: String, words: String,
        exitCode: Int32, endedBy: String, grantedAt: String, startedAt: String?, endedAt: String, closedAt: String,
        attempts: Int, checks: [Check], deviceSeconds: Double, energy: String
    ) {
        self.id = id
        self.user = user
        self.name = name
        self.node = node
        self.devices = devices
        self.verdict = verdict
        self.words = words
        self.exitCode = exitCode
        self.endedBy = endedBy
        self.grantedAt = grantedAt
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.closedAt = closedAt
        self.attempts = attempts
        self.checks = checks
        self.deviceSeconds = deviceSeconds
        self.energy = energy
    }
}
