package import FleetModel

/// Device-time of one owner by hours, as far as a limit that looks back seven days can see it. An hour counts until all of it
/// is out of sight, so that more may be counted than was used, by what was used in one hour, and never less.
package struct WeekOfUse: Hashable, Codable, Sendable {
    /// The first of the hours, counted from 1970.
    private var first: Int64 = 0
    /// Device-milliseconds of each hour; the first and the last are not 0.
    private var hours: [Int64] = []

    static let hour: Int64 = 3_600_000

    var isEmpty: Bool { hours.isEmpty }

    /// What counts at a moment, in device-time. Saturates.
    package func counted(at now: Timestamp) -> TimeSpan {
        let skipped = max(0, Self.firstSeen(at: now).subtractingReportingOverflow(first).partialValue)
        guard skipped < Int64(hours.count) else { return .zero }
        return hours[Int(skipped)...].reduce(TimeSpan.zero) { $0 + TimeSpan(milliseconds: $1) }
    }

    /// Takes in that so many devices were used from one moment to another, and lets go what nobody can see any more.
    mutating func add(_ devices: Int, from start: Timestamp, until end: Timestamp, at now: Timestamp) {
        forget(at: now)
        var from = max(start, now + TimeSpan(milliseconds: -(UseLimits.week.milliseconds + Self.hour)))
        while from < end {
            let number = Self.number(of: from)
            let (border, overflow) = (number + 1).multipliedReportingOverflow(by: Self.hour)
            let next = overflow ? end : min(end, Timestamp(milliseconds: border))
            add(UseLimits.counted(devices, for: next - from).milliseconds, to: number)
            from = next
        }
    }

    private mutating func add(_ amount: Int64, to number: Int64) {
        guard amount > 0 else { return }
        if hours.isEmpty { first = number }
        if number < first {
            hours.insert(contentsOf: Array(repeating: 0, count: Int(first - number)), at: 0)
            first = number
        }
        let place = Int(number - first)
        while hours.count <= place { hours.append(0) }
        let (sum, overflow) = hours[place].addingReportingOverflow(amount)
        hours[place] = overflow ? .max : sum
    }

    private mutating func forget(at now: Timestamp) {
        let skipped = max(0, Self.firstSeen(at: now).subtractingReportingOverflow(first).partialValue)
        hours.removeFirst(Int(min(Int64(hours.count), skipped)))
        first += skipped
        let empty = hours.prefix { $0 == 0 }.count
        hours.removeFirst(empty)
        first = hours.isEmpty ? 0 : first + Int64(empty)
    }

    private static func number(of time: Timestamp) -> Int64 {
        let (quotient, rest) = time.milliseconds.quotientAndRemainder(dividingBy: hour)
        return rest < 0 ? quotient - 1 : quotient
    }

    /// The first hour of which a part is less than seven days ago.
    private static func firstSeen(at now: Timestamp) -> Int64 {
        number(of: now + TimeSpan(milliseconds: -UseLimits.week.milliseconds))
    }
}

/// What ended leases of a person or a team count for.
package struct OwnedWeek: Hashable, Codable, Sendable {
    package let owner: LimitOwner
    package internal(set) var use: WeekOfUse
}
