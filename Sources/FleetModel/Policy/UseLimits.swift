/// The most that one person, or all of a team together, may use; nil: no limit.
package struct UseLimits: Hashable, Codable, Sendable {
    /// Devices held at one moment. A team's are in `Team.limit`.
    package var devicesAtOnce: Int?
    /// Device-hours in any seven days; what running leases may still use is among them.
    package var deviceHoursAWeek: Int?
    /// From the grant of a lease to its end, extensions included.
    package var longestLease: TimeSpan?

    package init(devicesAtOnce: Int? = nil, deviceHoursAWeek: Int? = nil, longestLease: TimeSpan? = nil) {
        self.devicesAtOnce = devicesAtOnce
        self.deviceHoursAWeek = deviceHoursAWeek
        self.longestLease = longestLease
    }

    /// Whoever has these may use what there is.
    package static let none = UseLimits()

    /// The span that `deviceHoursAWeek` looks back.
    package static let week = TimeSpan.days(7)
    /// The largest numbers that make sense; more is a slip of the finger.
    package static let mostDevices = 1_000_000
    package static let mostHours = 100_000_000

    /// `deviceHoursAWeek` as device-time.
    package var deviceTimeAWeek: TimeSpan? { deviceHoursAWeek.map { .hours(Int64($0)) } }

    /// Every number is within its range.
    package var makesSense: Bool {
        (0...Self.mostDevices).contains(devicesAtOnce ?? 0) && (0...Self.mostHours).contains(deviceHoursAWeek ?? 0)
            && longestLease.map { $0 > .zero && $0 <= .days(365 * 100) } ?? true
    }

    /// The device-time that so many devices are counted with for a span: of what lies in any seven days the most.
    package static func counted(_ devices: Int, for span: TimeSpan) -> TimeSpan {
        let (product, overflow) = Int64(max(0, devices))
            .multipliedReportingOverflow(by: max(.zero, min(span, week)).milliseconds)
        return overflow ? .forever : TimeSpan(milliseconds: product)
    }
}

/// Who a limit holds for.
package enum LimitOwner: Hashable, Comparable, Codable, Sendable {
    case user(UserName)
    case team(TeamName)

    /// People first.
    package static func < (left: LimitOwner, right: LimitOwner) -> Bool {
        switch (left, right) {
        case (.user(let left), .user(let right)): left < right
        case (.team(let left), .team(let right)): left < right
        case (.user, .team): true
        case (.team, .user): false
        }
    }

    /// As sentences say it: `anna`, `team vision`.
    package var words: String {
        switch self {
        case .user(let user): user.name
        case .team(let team): "team \(team)"
        }
    }
}
