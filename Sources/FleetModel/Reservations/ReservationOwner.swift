/// Who may use what is reserved.
package enum ReservationOwner: Hashable, Codable, Sendable {
    case user(UserName)
    /// Everybody who is in the team at that moment.
    case team(TeamName)

    /// As sentences say it: `alice`, `team vision`.
    package var words: String {
        switch self {
        case .user(let user): user.name
        case .team(let team): "team \(team)"
        }
    }
}
