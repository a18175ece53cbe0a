package import FleetModel

/// Why somebody can't get what they ask for now, with the numbers of the limit.
package enum LimitReached: Hashable, Sendable {
    case devices(LimitOwner, held: Int, asked: Int, limit: Int)
    /// In device-time of seven days. used: what running leases may still use is in it.
    case week(LimitOwner, used: TimeSpan, asked: TimeSpan, limitHours: Int)
    /// A longer lease than they may have: the limit is lower than it was when this was asked for.
    case longest(LimitOwner, asked: TimeSpan, longest: TimeSpan)

    /// It holds whatever comes back: what is asked for is more than the limit.
    package var isForGood: Bool {
        switch self {
        case .devices(_, _, let asked, let limit): asked > limit
        case .week(_, _, let asked, let hours): asked > .hours(Int64(hours))
        case .longest: true
        }
    }
}
