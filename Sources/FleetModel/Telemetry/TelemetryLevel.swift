/// How finely telemetry is kept, and for how long.
package enum TelemetryLevel: Int, Codable, Sendable, CaseIterable {
    /// In memory only.
    case tenSeconds = 0
    case minute = 1
    case quarterHour = 2

    /// Of one rollup.
    package var width: TimeSpan {
        switch self {
        case .tenSeconds: .seconds(10)
        case .minute: .minutes(1)
        case .quarterHour: .minutes(15)
        }
    }

    /// Rollups that began longer ago go.
    package var kept: TimeSpan {
        switch self {
        case .tenSeconds: .hours(1)
        case .minute: .days(2)
        case .quarterHour: .days(90)
        }
    }

    /// Those that are written down.
    package static let durable: [TelemetryLevel] = [.minute, .quarterHour]

    /// The coarsest one that is no coarser than `step`, or a coarser one where that does not go back as far.
    package static func fitting(_ step: TimeSpan, back span: TimeSpan) -> TelemetryLevel {
        let wanted = allCases.last { $0.width <= step } ?? .tenSeconds
        let reaching = allCases.first { span <= $0.kept } ?? .quarterHour
        return wanted.rawValue < reaching.rawValue ? reaching : wanted
    }

    /// The shortest multiple of its width that is not shorter than `step`.
    package func rounded(_ step: TimeSpan) -> TimeSpan {
        let parts = max(0, step.milliseconds - 1) / width.milliseconds + 1
        return TimeSpan(milliseconds: parts * width.milliseconds)
    }
}
