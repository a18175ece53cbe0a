import FleetModel
import WireModel

/// A moment of the wall clock, in UTC, and its words. A page can't know where its reader is, so that it writes UTC and says so; the
/// script writes the reader's own time in its place.
struct Moment: Sendable {
    let time: Timestamp
    /// As on the wire.
    let text: String

    /// nil: the text is no time.
    init?(_ text: String?) {
        guard let text, let time = Timestamp(utcText: text) else { return nil }
        self.time = time
        self.text = text
    }

    init(_ time: Timestamp) {
        self.time = time
        text = time.utcText
    }

    /// `18:40 UTC`, and on another day than today `22 Nov 18:40 UTC`.
    func words(today now: Timestamp) -> String {
        let clock = String(text.dropFirst(11).prefix(5)) + " UTC"
        return text.prefix(10) == now.utcText.prefix(10) ? clock : day + " " + clock
    }

    /// `22 Nov`.
    var day: String {
        let parts = text.prefix(10).split(separator: "-")
        guard parts.count == 3, let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month) else {
            return String(text.prefix(10))
        }
        return "\(day) \(Self.months[month - 1])"
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}

extension TimeSpan {
    /// `3 h 20 min`, `45 s`, `2 d 4 h`: what a person would say of a span.
    var spoken: String {
        let seconds = Swift.max(0, milliseconds / 1_000)
        let parts = [(seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")]
        guard let first = parts.firstIndex(where: { $0.0 > 0 }) else { return "0 s" }
        let count = first >= 2 ? 1 : 2
        return parts[first...].prefix(count).filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }

    init(seconds: Double) {
        self.init(milliseconds: Int64(Swift.max(0, Swift.min(seconds.isNaN ? 0 : seconds, 1e12)) * 1_000))
    }
}

extension HTML {
    /// A moment, as `18:40 UTC`.
    mutating func moment(_ moment: Moment?, now: Timestamp) {
        guard let moment else { return text("not known") }
        self(.time, .datetime(moment.text), .data(.form, "clock"), text: moment.words(today: now))
    }

    /// How long until a moment, or that it is over: `3 h 20 min left`.
    mutating func timeLeft(_ moment: Moment?, now: Timestamp) {
        guard let moment else { return text("not known") }
        let left = moment.time - now
        self(.time, .datetime(moment.text), .data(.form, "left"), .title("until " + moment.words(today: now))) {
            $0.text(left > .zero ? left.spoken + " left" : "time is over")
        }
    }

    /// How long ago a moment was: `20 min ago`.
    mutating func ago(_ moment: Moment?, now: Timestamp) {
        guard let moment else { return text("not known") }
        let past = now - moment.time
        self(.time, .datetime(moment.text), .data(.form, "ago"), .title(moment.words(today: now))) {
            $0.text(past < .seconds(1) ? "just now" : past.spoken + " ago")
        }
    }
}

/// Spans of the wire.
enum TimeSpanText {
    static func spoken(seconds: Int64) -> String { TimeSpan.seconds(seconds).spoken }
    static func spoken(seconds: Double) -> String { TimeSpan(seconds: seconds).spoken }
}
