/// The numbers by which what was borrowed beyond a guarantee is taken back.
package struct ReclaimPolicy: Hashable, Codable, Sendable {
    /// Whether anything is taken back at all.
    package var isOn: Bool
    /// Between the warning and the end of the lease.
    package var notice: TimeSpan
    /// So long after its grant no lease is warned.
    package var minimumRun: TimeSpan

    package init(isOn: Bool = true, notice: TimeSpan = .minutes(5), minimumRun: TimeSpan = .hours(1)) {
        self.isOn = isOn
        self.notice = notice
        self.minimumRun = minimumRun
    }

    /// What a policy means that was written without a word on it. Fixed for ever: old events and checkpoints say it so.
    package static let unsaid = ReclaimPolicy(isOn: true, notice: .minutes(5), minimumRun: .hours(1))
}
