import FleetModel
import Foundation
import WireModel

/// Times for people: local, short; the day only when it isn't today.
enum LocalTime {
    static func text(_ utc: String?) -> String {
        guard let utc, let time = Timestamp(utcText: utc) else { return "" }
        var seconds = time_t(time.milliseconds / 1_000)
        var now = Foundation.time(nil)
        var then = tm(), today = tm()
        localtime_r(&seconds, &then)
        localtime_r(&now, &today)
        let isToday = then.tm_year == today.tm_year && then.tm_yday == today.tm_yday
        return format(&then, isToday ? "%H:%M:%S" : then.tm_year == today.tm_year ? "%d %b %H:%M" : "%Y-%m-%d %H:%M")
    }

    private static func format(_ time: inout tm, _ pattern: String) -> String {
        var buffer = [CChar](repeating: 0, count: 64)
        let count = strftime(&buffer, buffer.count, pattern, &time)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
