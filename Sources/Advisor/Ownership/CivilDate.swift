/// A day, without a place on earth, or a month of which no day is known.
package struct CivilDate: Hashable, Comparable, Sendable {
    package let year: Int
    package let month: Int
    /// The first, where only the month is known.
    package let day: Int
    /// false: only the month is known, and shown.
    package let hasDay: Bool

    /// 1 January 2000.
    package static let first = CivilDate(year: 2_000, month: 1, day: 1, hasDay: true)

    private init(year: Int, month: Int, day: Int, hasDay: Bool) {
        (self.year, self.month, self.day, self.hasDay) = (year, month, day, hasDay)
    }

    /// Reads `2026-11-22`, and `2026-11` as a month, which counts from its first day. nil: no such day from 2000 to 2199.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, parts[0].utf8.count == 4,
            parts.dropFirst().allSatisfy({ $0.utf8.count == 2 }),
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } })
        else { return nil }
        let numbers = parts.compactMap { Int($0) }, day = numbers.count == 3 ? numbers[2] : 1
        guard (2_000...2_199).contains(numbers[0]), (1...12).contains(numbers[1]) else { return nil }
        guard day >= 1, day <= Self.length(year: numbers[0], month: numbers[1]) else { return nil }
        (year, month, self.day, hasDay) = (numbers[0], numbers[1], day, numbers.count == 3)
    }

    private static func length(year: Int, month: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    /// `2026-11-22`; `2026-11` where no day is known.
    package var text: String { hasDay ? "\(monthText)-\(day < 10 ? "0" : "")\(day)" : monthText }

    /// `2026-11`.
    package var monthText: String { "\(year)-\(month < 10 ? "0" : "")\(month)" }

    package var firstOfMonth: CivilDate { CivilDate(year: year, month: month, day: 1, hasDay: true) }

    package var lastOfMonth: CivilDate {
        CivilDate(year: year, month: month, day: Self.length(year: year, month: month), hasDay: true)
    }

    /// The day before; of the first of all days itself.
    package var dayBefore: CivilDate {
        if day > 1 { return CivilDate(year: year, month: month, day: day - 1, hasDay: true) }
        if month > 1 { return CivilDate(year: year, month: month - 1, day: 1, hasDay: true).lastOfMonth }
        return year > 2_000 ? CivilDate(year: year - 1, month: 12, day: 31, hasDay: true) : self
    }

    /// Since some day, for differences (Howard Hinnant's days_from_civil).
    package var days: Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400, inEra = shifted - era * 400
        let inYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + inEra * 365 + inEra / 4 - inEra / 100 + inYear
    }

    package static func < (left: Self, right: Self) -> Bool { left.days < right.days }
}
