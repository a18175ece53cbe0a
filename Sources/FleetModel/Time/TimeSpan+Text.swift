extension TimeSpan {
    /// Why a text is no duration.
    package enum ParseError: Error, Equatable, Sendable {
        case empty
        case notADuration(String)
        /// `18:00`: minutes and seconds to some, a time of day to others.
        case ambiguous(String)
        case notPositive(String)
        case tooLong(String)
    }

    /// The longest duration that a person may type: ten years.
    package static let longestTyped = TimeSpan.days(3_653)

    /// Reads `90s`, `30m`, `2h`, `1d`, `1h30m`, `250ms`; a bare number is minutes, as in `sbatch --time`.
    /// Also reads Slurm's `HH:MM:SS`, `D-HH:MM` and `D-HH:MM:SS`. The result is positive and at most `longestTyped`.
    package init(parsing text: String) throws(ParseError) {
        let trimmed = String(text.drop { $0 == " " })
        guard !trimmed.isEmpty else { throw .empty }
        guard !Self.looksLikeTimeOfDay(trimmed) else { throw .ambiguous(text) }
        let parsed = trimmed.utf8.contains(UInt8(ascii: ":")) ? Self.clock(trimmed) : Self.units(trimmed)
        guard let parsed else {
            if trimmed.utf8.first == UInt8(ascii: "-") { throw .notPositive(text) }
            throw .notADuration(text)
        }
        guard parsed > .zero else { throw .notPositive(text) }
        guard parsed <= Self.longestTyped else { throw .tooLong(text) }
        self = parsed
    }

    /// `1d 2h`, `30m`, `45s`, `250ms`: the two largest units that matter, for screens.
    package var text: String {
        if milliseconds < 0 { return "-" + TimeSpan(milliseconds: -max(milliseconds, -.max)).text }
        if milliseconds < 1_000 { return "\(milliseconds)ms" }
        let seconds = milliseconds / 1_000
        let parts = [(seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")]
        guard let first = parts.firstIndex(where: { $0.0 > 0 }) else { return "0s" }
        return parts[first...].prefix(2).filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined(separator: " ")
    }

    private static func units(_ text: String) -> TimeSpan? {
        guard !text.contains("+"), !text.hasPrefix("-") else { return nil }
        if let minutes = Int64(text) { return .minutes(minutes) }
        var total = TimeSpan.zero
        var rest = text[...]
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let count = Int64(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(unit.count).drop { $0 == " " }
            switch unit {
            case "ms": total = total + TimeSpan(milliseconds: count)
            case "s", "sec": total = total + .seconds(count)
            case "m", "min": total = total + .minutes(count)
            case "h": total = total + .hours(count)
            case "d": total = total + .days(count)
            case "w": total = total + .days(count > Int64.max / 7 ? .max : count * 7)
            default: return nil
            }
        }
        return total
    }

    private static func looksLikeTimeOfDay(_ text: String) -> Bool {
        let fields = text.split(separator: ":", omittingEmptySubsequences: false)
        return fields.count == 2 && fields.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }
    }

    private static func clock(_ text: String) -> TimeSpan? {
        guard !text.contains("+") else { return nil }
        let dayAndTime = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let days = dayAndTime.count == 2 ? Int64(dayAndTime[0]) : 0
        let fields = dayAndTime[dayAndTime.count - 1].split(separator: ":", omittingEmptySubsequences: false)
        let numbers = fields.compactMap { Int64($0) }
        guard let days, numbers.count == fields.count, (2...3).contains(numbers.count) else { return nil }
        guard days >= 0, numbers.allSatisfy({ $0 >= 0 }) else { return nil }
        if dayAndTime.count == 2 {
            return .days(days) + .hours(numbers[0]) + .minutes(numbers[1]) + .seconds(numbers.count == 3 ? numbers[2] : 0)
        }
        guard numbers.count == 3 else { return nil }
        return .hours(numbers[0]) + .minutes(numbers[1]) + .seconds(numbers[2])
    }
}
