package import Advisor
package import FleetModel
package import WireModel

/// What is said to somebody who asks for devices that their work will not fit, or for less time than it takes.
package enum CheckoutWarnings {
    /// - Parameters:
    ///   - kinds: what the request may get, each kind once.
    ///   - devices: how many it asks for.
    ///   - duration: how long its lease lasts.
    package static func find(
        _ forecast: WorkForecast, kinds: [DeviceKind], devices: Int, lasting duration: TimeSpan
    ) -> [CheckoutWarning] {
        [
            devices > 0 ? forecast.memory.flatMap { memory($0, kinds, devices) } : nil,
            forecast.time.flatMap { time($0, duration) },
        ].compactMap(\.self)
    }

    // MARK: Memory

    private static func memory(_ need: ForecastRange, _ kinds: [DeviceKind], _ devices: Int) -> CheckoutWarning? {
        func usable(_ kind: DeviceKind) -> Int64 { MemoryEstimate.usable(kind.memory).bytes }
        let kinds = kinds.sorted { ($0.memory, $0.model) < ($1.memory, $1.model) }
        guard let smallest = kinds.first, let largest = kinds.last, need.upper > usable(smallest) else { return nil }
        let tight = kinds.filter { need.expected > usable($0) }
        let figures =
            need.runs.map { "\(earlier($0)) took \(text(need.expected)) on each GPU" }
            ?? "it needs about \(text(need.expected)) on each GPU (\(text(need.lower)) at least, \(text(need.upper)) to be safe)"
        if need.lower > usable(largest) {
            return CheckoutWarning(
                words:
                    "This will not fit: \(figures), and the largest that it may get, \(largest.model), has \(text(largest.memory.bytes)).",
                fits: false)
        }
        if tight.count == kinds.count {
            return CheckoutWarning(
                words:
                    "This will hardly fit: \(figures), and the largest that it may get, \(largest.model), has \(text(largest.memory.bytes)).",
                fits: false)
        }
        guard let tooSmall = tight.last else {
            return CheckoutWarning(
                words: "This may not fit on \(smallest.words): \(figures).", gpus: larger(than: need, kinds, devices))
        }
        return CheckoutWarning(
            words: "This will not fit on \(tooSmall.words), which it may get: \(figures).",
            gpus: larger(than: need, kinds, devices), fits: false)
    }

    /// A selector that leaves out what is too small: `40GB..:2`; nil: there is nothing larger.
    private static func larger(than need: ForecastRange, _ kinds: [DeviceKind], _ devices: Int) -> String? {
        let enough =
            kinds.first { MemoryEstimate.usable($0.memory).bytes >= need.upper }
            ?? kinds.first { MemoryEstimate.usable($0.memory).bytes >= need.expected }
        guard let enough else { return nil }
        // `80GB` finds what is sold as that, which has as many GiB.
        return "\((enough.memory.bytes + 1 << 29) >> 30)GB..\(devices == 1 ? "" : ":\(devices)")"
    }

    /// In the drivers' units.
    static func text(_ bytes: Int64) -> String {
        let tenths = Int64((Double(bytes) / 107_374_182.4).rounded())
        return tenths >= 1_000 ? "\((tenths + 5) / 10) GiB" : "\(tenths / 10).\(tenths % 10) GiB"
    }

    private static func earlier(_ runs: Int) -> String { runs == 1 ? "an earlier run of it" : "\(runs) earlier runs of it" }

    // MARK: Time

    private static func time(_ need: ForecastRange, _ duration: TimeSpan) -> CheckoutWarning? {
        guard need.upper > duration.milliseconds else { return nil }
        func text(_ milliseconds: Int64) -> String { TimeSpan(milliseconds: milliseconds).rounded.text }
        let figures =
            need.runs.map { "\(earlier($0)) took about \(text(need.expected))" } ?? "expected are \(text(need.expected))"
        let range = "\(text(need.lower)) to \(text(need.upper))"
        let isOver = need.expected > duration.milliseconds
        return CheckoutWarning(
            words: "Its time \(isOver ? "will" : "may") not be enough: \(figures) (\(range)), and the lease ends after "
                + "\(duration.rounded.text).",
            time: TimeSpan(milliseconds: need.upper).roundedUp.text.replacing(" ", with: ""))
    }
}

extension DeviceKind {
    /// `NVIDIA A100 80GB PCIe with 80.0 GiB`.
    fileprivate var words: String {
        "\(model) with \(CheckoutWarnings.text(memory.bytes))"
    }
}

extension TimeSpan {
    /// Without what nobody reads: seconds of hours.
    fileprivate var rounded: TimeSpan { to(nearest: step) }

    /// To a round time that is no shorter.
    fileprivate var roundedUp: TimeSpan {
        let step = step.milliseconds
        return TimeSpan(milliseconds: (milliseconds + step - 1) / step * step)
    }

    private func to(nearest step: TimeSpan) -> TimeSpan {
        TimeSpan(milliseconds: (milliseconds + step.milliseconds / 2) / step.milliseconds * step.milliseconds)
    }

    private var step: TimeSpan {
        if self >= .hours(10) { return .hours(1) }
        if self >= .hours(1) { return .minutes(10) }
        if self >= .minutes(10) { return .minutes(1) }
        return self >= .seconds(10) ? .seconds(1) : TimeSpan(milliseconds: 1)
    }
}
