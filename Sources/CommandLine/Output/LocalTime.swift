import FleetModel
import Foundation
import WireModel

/// Times for people: local, short; the day only when it isn't today.
enum LocalTime {
    static func text(_ utc: String?) -> String {
        guard var then = local(utc) else { return "" }
        let today = day(0)
        let isThisYear = then.tm_year == today.tm_year
        return format(&then, isSameDay(then, today) ? "%H:%M:%S" : isThisYear ? "%d %b %H:%M" : "%Y-%m-%d %H:%M")
    }

    /// In a sentence: `14:30`, `14:30 tomorrow`, `14:30 on 3 Mar`.
    static func moment(_ utc: String?) -> String {
        guard var then = local(utc) else { return "" }
        let today = day(0), tomorrow = day(1)
        if isSameDay(then, today) { return format(&then, "%H:%M") }
        if isSameDay(then, tomorrow) { return format(&then, "%H:%M tomorrow") }
        return format(&then, then.tm_year == today.tm_year ? "%H:%M on %-d %b" : "%H:%M on %Y-%m-%d")
    }

    private static func local(_ utc: String?) -> tm? {
        guard let utc, let time = Timestamp(utcText: utc) else { return nil }
        var seconds = time_t(time.milliseconds / 1_000)
        var then = tm()
        localtime_r(&seconds, &then)
        return then
    }

    /// Noon of a day from today on, since days have 23 to 25 hours.
    private static func day(_ offset: Int32) -> tm {
        var now = Foundation.time(nil)
        var day = tm()
        localtime_r(&now, &day)
        (day.tm_mday, day.tm_hour, day.tm_isdst) = (day.tm_mday + offset, 12, -1)
        mktime(&day)
        return day
    }

    private static func isSameDay(_ time: tm, _ day: tm) -> Bool {
        time.tm_year == day.tm_year && time.tm_yday == day.tm_yday
    }

    private static func format(_ time: inout tm, _ pattern: String) -> String {
        var buffer = [CChar](repeating: 0, count: 64)
        let count = strftime(&buffer, buffer.count, pattern, &time)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
