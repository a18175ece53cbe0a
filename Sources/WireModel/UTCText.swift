package import FleetModel

extension Timestamp {
    /// `2026-01-31T09:30:00.250Z`; the calendar is the proleptic Gregorian one.
    package var utcText: String {
        let (days, rest) = Self.floorDivide(milliseconds, 86_400_000)
        let (year, month, day) = Self.civil(days)
        let text = "\(Self.pad(year, 4))-\(Self.pad(month, 2))-\(Self.pad(day, 2))"
        let hours = rest / 3_600_000, minutes = rest / 60_000 % 60, seconds = rest / 1_000 % 60
        return text + "T\(Self.pad(hours, 2)):\(Self.pad(minutes, 2)):\(Self.pad(seconds, 2)).\(Self.pad(rest % 1_000, 3))Z"
    }

    /// Reads what `utcText` gives; the fraction may be absent.
    package init?(utcText: String) {
        let numbers = utcText.split { !$0.isNumber }.compactMap { Int64($0) }
        let ranges: [ClosedRange<Int64>] = [1...9_999, 1...12, 1...31, 0...23, 0...59, 0...60, 0...999]
        guard utcText.hasSuffix("Z"), utcText.utf8.count <= 40, (6...7).contains(numbers.count),
            zip(numbers, ranges).allSatisfy({ $1.contains($0) })
        else { return nil }
        let days = Self.days(numbers[0], numbers[1], numbers[2])
        let seconds = ((days * 24 + numbers[3]) * 60 + numbers[4]) * 60 + numbers[5]
        self.init(milliseconds: seconds * 1_000 + (numbers.count == 7 ? numbers[6] : 0))
    }

    /// Year, month and day of a count of days since 1970-01-01, by eras of 400 years that begin in March.
    private static func civil(_ days: Int64) -> (Int64, Int64, Int64) {
        let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let (era, yearOfEra) = floorDivide(month <= 2 ? year - 1 : year, 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func floorDivide(_ value: Int64, _ by: Int64) -> (Int64, Int64) {
        let quotient = value / by - (value % by < 0 ? 1 : 0)
        return (quotient, value - quotient * by)
    }

    private static func pad(_ number: Int64, _ width: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
