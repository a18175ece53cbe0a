import FleetModel
import Foundation
import Glibc
import WireModel

/// A moment as people type it, on the clock and in the time zone of this terminal.
enum Moment: Equatable {
    case fromNow(TimeSpan)
    /// Seconds since 1970.
    case at(Int64)

    enum ParseError: Error, Equatable {
        case notAMoment(String)
        /// Clocks go forward over it.
        case doesNotExist(String)

        var words: String {
            switch self {
            case .notAMoment(let text):
                "“\(text.shown)” is no time; write 14:00, tomorrow 9:00, 2026-11-22T09:00, 2h (from now) or now."
            case .doesNotExist(let text):
                "There is no “\(text.shown)” in this time zone: clocks go forward over it. Write another time."
            }
        }
    }

    /// `now`, `+2h`, `14:00` (the next one), `today 14:00`, `tomorrow 9:00`, `2026-11-22T09:00`, `2026-11-22 09:00`, and
    /// the same with `Z` in UTC.
    init(parsing text: String, now: Int64) throws(ParseError) {
        let words = text.lowercased().split { $0 == " " || $0 == "t" && text.first?.isNumber == true }.map(String.init)
        if words == ["now"] {
            self = .fromNow(.zero)
            return
        }
        if text.hasPrefix("+") {
            guard let span = try? TimeSpan(parsing: String(text.dropFirst())) else { throw .notAMoment(text) }
            self = .fromNow(span)
            return
        }
        var day = Self.local(now)
        var isNext = false
        var rest = words
        switch words.first {
        case "today" where words.count == 2: rest.removeFirst()
        // Not "tomorrow": the letter splits words.
        case "tomorrow" where words.count == 2:
            day.tm_mday += 1
            rest.removeFirst()
        case .some(let date) where words.count == 2:
            let parts = date.split(separator: "-", omittingEmptySubsequences: false).map { Int32($0) ?? -1 }
            guard parts.count == 3, (1970...9999).contains(parts[0]), (1...12).contains(parts[1]),
                (1...31).contains(parts[2])
            else { throw .notAMoment(text) }
            (day.tm_year, day.tm_mon, day.tm_mday) = (parts[0] - 1_900, parts[1] - 1, parts[2])
            rest.removeFirst()
        default: isNext = true
        }
        guard rest.count == 1, let last = rest.first else { throw .notAMoment(text) }
        let isUTC = last.hasSuffix("z") && !isNext
        let clock = (isUTC ? String(last.dropLast()) : last).split(separator: ":", omittingEmptySubsequences: false)
            .map { Int32($0) ?? -1 }
        guard (2...3).contains(clock.count), (0...23).contains(clock[0]), (0...59).contains(clock[1]),
            clock.count == 2 || (0...59).contains(clock[2])
        else { throw .notAMoment(text) }
        (day.tm_hour, day.tm_min, day.tm_sec) = (clock[0], clock[1], clock.count == 3 ? clock[2] : 0)
        self = .at(try Self.seconds(day, isUTC: isUTC, nextAfter: isNext ? now : nil, text))
    }

    private static func seconds(_ day: tm, isUTC: Bool, nextAfter now: Int64?, _ text: String) throws(ParseError) -> Int64 {
        func read(_ asked: tm) throws(ParseError) -> Int64 {
            var time = asked
            time.tm_isdst = -1
            let seconds = Int64(isUTC ? timegm(&time) : mktime(&time))
            // The 31st of April, or an hour that the clocks leave out.
            if time.tm_hour != asked.tm_hour || time.tm_min != asked.tm_min { throw .doesNotExist(text) }
            return seconds
        }
        var time = day
        timegm(&time)
        if now == nil, day.tm_mday <= 31, time.tm_mon != day.tm_mon, day.tm_mday > 28, text.first?.isNumber == true {
            throw .notAMoment(text)
        }
        let seconds = try read(day)
        guard let now, seconds < now else { return seconds }
        var next = day
        next.tm_mday += 1
        return try read(next)
    }

    private static func local(_ seconds: Int64) -> tm {
        var time = time_t(seconds)
        var parts = tm()
        localtime_r(&time, &parts)
        return parts
    }

    static var now: Int64 { Int64(Foundation.time(nil)) }

    /// As requests say it: a time in UTC, or seconds from now.
    var wire: (at: String?, inSeconds: Double?) {
        switch self {
        case .fromNow(let span): (nil, Double(span.milliseconds) / 1_000)
        case .at(let seconds): (Timestamp(milliseconds: seconds * 1_000).utcText, nil)
        }
    }

    /// The zone of this terminal, at a moment: `CET, UTC+01:00`.
    static func zone(at utc: String) -> String {
        guard let time = Timestamp(utcText: utc) else { return "" }
        var parts = local(time.milliseconds / 1_000)
        var buffer = [CChar](repeating: 0, count: 64)
        let count = strftime(&buffer, buffer.count, "%Z", &parts)
        let name = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let minutes = abs(parts.tm_gmtoff) / 60
        if minutes == 0 { return name == "UTC" ? "UTC" : "\(name), UTC" }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(name), UTC\(parts.tm_gmtoff < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
    }
}
