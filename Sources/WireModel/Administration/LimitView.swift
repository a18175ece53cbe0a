/// The limits of one person, one team or everybody; in a change they take the place of all that were there.
package struct LimitView: Codable, Equatable, Sendable {
    /// `everybody` (each person who has none of their own), `user` or `team`.
    package var kind: String
    /// Of the user or the team.
    package var name: String?
    /// Of a person; a team's are in `/v1/teams`. Absent, as the others: no limit.
    package var gpusAtOnce: Int?
    /// In any seven days, with what running leases may still use.
    package var gpuHoursAWeek: Int?
    /// From the grant of a lease to its end, extensions included.
    package var longestLeaseSeconds: Double?
    /// In a change: there are none any more; of a user, everybody's hold again.
    package var remove: Bool?

    package init(
        kind: String, name: String? = nil, gpusAtOnce: Int? = nil, gpuHoursAWeek: Int? = nil,
        longestLeaseSeconds: Double? = nil, remove: Bool? = nil
    ) {
        self.kind = kind
        self.name = name
        self.gpusAtOnce = gpusAtOnce
        self.gpuHoursAWeek = gpuHoursAWeek
        self.longestLeaseSeconds = longestLeaseSeconds
        self.remove = remove
    }
}
