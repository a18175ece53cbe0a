import FleetModel
import WireModel

extension PolicyView {
    /// Shows the numbers of idle return.
    mutating func show(_ idle: IdleSettings) {
        func seconds(_ span: TimeSpan) -> Double { Double(span.milliseconds) / 1_000 }
        idleMode = idle.mode.rawValue
        idleStartGraceSeconds = seconds(idle.job.grace)
        idleAfterSeconds = seconds(idle.job.warnAfter)
        idleWarnAgainSeconds = seconds(idle.job.warnAgainAfter)
        idleReleaseSeconds = idle.job.releaseAfter.map(seconds)
        idleDryRunSeconds = seconds(idle.dryRun)
        keepForSeconds = seconds(idle.keepFor)
        keepEverySeconds = seconds(idle.keepEvery)
        idleIgnoring = idle.ignoring.isEmpty ? nil : idle.ignoring.map(\.rawValue)
    }

    /// Changes what is named here. Times hold for jobs and sessions; a service is only ever warned.
    func change(_ idle: inout IdleSettings, _ span: (Double) throws(Problem) -> TimeSpan) throws(Problem) {
        if let idleMode {
            guard let mode = IdleSettings.Mode(rawValue: idleMode) else {
                throw .badInput("“\(idleMode.shown)” is no way of idle return; use off, warn or release.")
            }
            idle.mode = mode
        }
        if let seconds = idleStartGraceSeconds { idle.setTimers(\.grace, try span(seconds)) }
        if let seconds = idleAfterSeconds { idle.setTimers(\.warnAfter, try span(seconds)) }
        if let seconds = idleWarnAgainSeconds { idle.setTimers(\.warnAgainAfter, try span(seconds)) }
        if let seconds = idleReleaseSeconds { idle.setTimers(\.releaseAfter, try span(seconds)) }
        if let seconds = idleDryRunSeconds { idle.dryRun = try span(seconds) }
        if let seconds = keepForSeconds { idle.keepFor = try span(seconds) }
        // A shorter time to keep asks for shorter pauses, or nobody could keep a lease without a gap.
        idle.keepEvery = min(idle.keepEvery, idle.keepFor)
        if let seconds = keepEverySeconds { idle.keepEvery = try span(seconds) }
        if let names = idleIgnoring {
            var signals: [IdleSignal] = []
            for name in names {
                guard let signal = IdleSignal(rawValue: name) else {
                    throw .badInput("“\(name.shown)” is no sign of use that is looked at.")
                }
                signals.append(signal)
            }
            idle.ignoring = signals
        }
    }
}

extension IdleSettings {
    fileprivate mutating func setTimers<Value>(_ part: WritableKeyPath<Timers, Value>, _ value: Value) {
        job[keyPath: part] = value
        session[keyPath: part] = value
    }
}
