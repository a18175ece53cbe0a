import FleetModel
import Testing

/// Durations as people type them, and as screens show them.
@Suite struct DurationTests {
    static let minute: Int64 = 60_000, hour: Int64 = 3_600_000, day: Int64 = 86_400_000

    @Test(
        arguments: [
            ("90s", 90_000), ("30m", 30 * minute), ("2h", 2 * hour), ("1d", day), ("1w", 7 * day), ("250ms", 250),
            ("1ms", 1),
            ("5", 5 * minute), ("005", 5 * minute), ("90", 90 * minute), ("1h30m", hour + 30 * minute),
            ("1h 30m", hour + 30 * minute),
            ("1d2h3m4s5ms", day + 2 * hour + 3 * minute + 4_005), ("10sec", 10_000), ("10min", 10 * minute),
            ("  2h", 2 * hour),
            ("30m1h", hour + 30 * minute), ("0h5m", 5 * minute), ("3653d", 3_653 * day), ("90m", 90 * minute),
            ("01:02:03", hour + 2 * minute + 3_000),
            ("1-02:03:04", day + 2 * hour + 3 * minute + 4_000),
            ("2-00:00", 2 * day), ("0-01:00", hour), ("100:00:00", 100 * hour), ("0:00:01", 1_000),
        ] as [(String, Int64)])
    func whatIsADuration(text: String, milliseconds: Int64) throws {
        #expect(try TimeSpan(parsing: text) == TimeSpan(milliseconds: milliseconds))
    }

    @Test(arguments: [
        "h", "two hours", "1x", "1.5h", "1,5h", "1h30", "2H", "2 h", "1e9", "٣", "٣h", "3٣m", "２h", "h2", "1h-", "1h-5m",
        "½h", "∞",
        "1::2", ":", "1:", ":1", "1:2:3:4", "1-2", "1-", "1-2-3:4", "a:b", "1:2s", "1: 2", "+5", "+5m", "+1:00", "5+",
        "0x10",
        "1_000", "\u{0}", "5\n", "5 ", "99999999999999999999", "99999999999999999999h", "1:2:99999999999999999999", "m5",
        "5mm",
    ])
    func whatIsNoDuration(text: String) {
        #expect(throws: TimeSpan.ParseError.notADuration(text)) { try TimeSpan(parsing: text) }
    }

    @Test(arguments: ["0", "0s", "0h0m", "0:00:00", "0-00:00", "-5", "-5m", "-1:00", "-", "-9223372036854775808", "  -1h"])
    func whatIsNotPositive(text: String) {
        #expect(throws: TimeSpan.ParseError.notPositive(text)) { try TimeSpan(parsing: text) }
    }

    @Test(arguments: [
        "3654d", "522w", "9223372036854775807", "9223372036854775807ms", "9223372036854775807w", "9223372036854775807d1ms",
        "9999999-00:00", "9223372036854775807:00:00", "2562047788015h",
    ])
    func whatIsTooLong(text: String) {
        #expect(throws: TimeSpan.ParseError.tooLong(text)) { try TimeSpan(parsing: text) }
    }

    @Test(arguments: ["18:00", "1:30", "0:00", "0:01", " 9:00", "1:99999999999999999999"])
    func whatMayBeATimeOfDay(text: String) {
        #expect(throws: TimeSpan.ParseError.ambiguous(text)) { try TimeSpan(parsing: text) }
    }

    @Test(arguments: ["", " ", "     "]) func whatIsEmpty(text: String) {
        #expect(throws: TimeSpan.ParseError.empty) { try TimeSpan(parsing: text) }
    }

    @Test(
        arguments: [
            (0, "0ms"), (1, "1ms"), (999, "999ms"), (1_000, "1s"), (1_999, "1s"), (59_999, "59s"), (minute, "1m"),
            (minute + 1_000, "1m 1s"), (hour, "1h"), (hour + 1_000, "1h"), (hour + minute, "1h 1m"), (day - 1, "23h 59m"),
            (day, "1d"),
            (day + minute, "1d"), (day + hour + minute, "1d 1h"), (100 * day, "100d"), (-1, "-1ms"), (-hour, "-1h"),
            (.max, "106751991167d 7h"), (.min, "-106751991167d 7h"),
        ] as [(Int64, String)])
    func whatScreensShow(milliseconds: Int64, text: String) {
        #expect(TimeSpan(milliseconds: milliseconds).text == text)
    }

    /// What a screen shows can be typed again and means the same, to the two largest units.
    @Test func whatIsShownCanBeTyped() throws {
        for span in [TimeSpan(milliseconds: 7), .seconds(1), .seconds(61), .minutes(90), .hours(25), .days(8), .days(3_653)]
        {
            let again = try TimeSpan(parsing: span.text)
            #expect(again == span, "\(span.text)")
            #expect(again.text == span.text)
        }
    }

    @Test func sumsSaturate() {
        let far = Timestamp(milliseconds: .max), past = Timestamp(milliseconds: .min)
        #expect(TimeSpan.forever + .seconds(1) == .forever)
        #expect(TimeSpan(milliseconds: .min) + TimeSpan(milliseconds: -1) == TimeSpan(milliseconds: .min))
        #expect(TimeSpan.days(.max) == .forever)
        #expect(TimeSpan.days(.min) == TimeSpan(milliseconds: .min))
        #expect(far + .forever == far)
        #expect(past + TimeSpan(milliseconds: .min) == past)
        #expect(far - past == .forever)
        #expect(past - far == TimeSpan(milliseconds: .min))
        #expect(far - far == .zero)
        #expect(Timestamp(milliseconds: 5) - Timestamp(milliseconds: 7) == TimeSpan(milliseconds: -2))
    }
}
