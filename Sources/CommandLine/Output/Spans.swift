import FleetModel

/// Spans of time for people: `1d 2h`, `45s`, and less than a minute with a digit after the point: `2.3s`.
enum Spans {
    static func text(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds.magnitude < 1e15 else { return "" }
        guard seconds < 60 else { return TimeSpan(milliseconds: Int64(seconds.rounded()) * 1_000).text }
        let tenths = Int64((seconds * 10).rounded())
        if tenths == 0, seconds > 0 { return "less than 0.1s" }
        return tenths % 10 == 0 ? "\(tenths / 10)s" : "\(tenths / 10).\(tenths % 10)s"
    }
}
