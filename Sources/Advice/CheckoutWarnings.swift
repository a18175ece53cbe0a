package import Advisor
package import FleetModel
package import WireModel

/// What is said to somebody who asks for devices that their work will not fit, or for less time than it takes.
package enum CheckoutWarnings {
    /// What the request may get.
    package struct Offer: Sendable {
        /// Each kind once.
        package let kinds: [DeviceKind]
        /// What it could get instead, if it asked for other devices.
        package let others: [DeviceKind]
        /// How many it asks for.
        package let devices: Int
        package let lasts: TimeSpan
        /// The longest that may be asked for.
        package let atMost: TimeSpan

        package init(
            kinds: [DeviceKind], others: [DeviceKind] = [], devices: Int, lasts: TimeSpan, atMost: TimeSpan
        ) {
            self.kinds = kinds
            self.others = others
            self.devices = devices
            self.lasts = lasts
            self.atMost = atMost
        }
    }

    /// - Parameters:
    ///   - memory: of each device.
    ///   - proven: the memory of the smallest device on which earlier runs ended well; nil: there were none.
    ///   - time: from start to end, in milliseconds.
    package static func find(
        memory: ForecastRange?, proven: MemoryBytes?, time: ForecastRange?, _ offer: Offer
    ) -> [CheckoutWarning] {
        // Where it ran before it fits: what a program takes is often all that it gets.
        let doubtful = offer.kinds.filter { kind in proven.map { kind.memory < $0 } ?? true }
        return [
            offer.devices > 0 ? memory.flatMap { Self.memory($0, doubtful, offer) } : nil,
            time.flatMap { Self.time($0, offer) },
        ].compactMap(\.self)
    }

    // MARK: Memory

    private static func usable(_ kind: DeviceKind) -> Int64 { MemoryEstimate.usable(kind.memory).bytes }

    private static func memory(_ need: ForecastRange, _ doubtful: [DeviceKind], _ offer: Offer) -> CheckoutWarning? {
        let small = doubtful.filter { need.upper > usable($0) }.sorted { ($0.memory, $0.model) < ($1.memory, $1.model) }
        guard let smallest = small.first, let largest = small.last else { return nil }
        if let runs = need.runs {
            return CheckoutWarning(
                words:
                    "This may not fit on \(names(small)): \(earlier(runs)) took up to \(text(need.expected)) of a larger GPU.",
                gpus: larger(than: need, offer))
        }
        let figures =
            "it needs about \(text(need.expected)) on each GPU (\(text(need.lower)) at least, \(text(need.upper)) to be safe)"
        let misses = small.filter { need.lower > usable($0) }, hardly = small.filter { need.expected > usable($0) }
        guard small.count == offer.kinds.count else {
            let verdict = misses.isEmpty ? hardly.isEmpty ? "may not" : "will hardly" : "will not"
            let meant = misses.isEmpty ? hardly.isEmpty ? small : hardly : misses
            return CheckoutWarning(
                words: "This \(verdict) fit on \(names(meant)), which it may get: \(figures).",
                gpus: larger(than: need, offer),
                fits: hardly.isEmpty)
        }
        if need.expected > usable(largest) {
            let instead = larger(than: need, offer)
            return CheckoutWarning(
                words:
                    "This will \(need.lower > usable(largest) ? "not" : "hardly") fit: \(figures), and the largest that it may "
                    + "get, \(largest.model), has \(text(largest.memory.bytes))."
                    + (instead == nil ? " No GPU of this pool is large enough." : ""), gpus: instead, fits: false)
        }
        return CheckoutWarning(
            words: "This may not fit on \(names(hardly.isEmpty ? [smallest] : hardly)): \(figures).",
            gpus: larger(than: need, offer), fits: hardly.isEmpty)
    }

    /// A selector that leaves out what is too small: `40GB..:2`; nil: there is nothing larger.
    private static func larger(than need: ForecastRange, _ offer: Offer) -> String? {
        func enough(in kinds: [DeviceKind]) -> DeviceKind? {
            let kinds = kinds.sorted { $0.memory < $1.memory }
            return kinds.first { usable($0) >= need.upper } ?? kinds.first { usable($0) >= need.expected }
        }
        let smallest = offer.kinds.map(\.memory).min() ?? .zero
        guard let enough = enough(in: offer.kinds) ?? enough(in: offer.others), enough.memory > smallest else { return nil }
        // `80GB` finds what is sold as that, which has as many GiB.
        return "\((enough.memory.bytes + 1 << 29) >> 30)GB..\(offer.devices == 1 ? "" : ":\(offer.devices)")"
    }

    private static func names(_ kinds: [DeviceKind]) -> String {
        let names = kinds.prefix(3).map { "\($0.model) with \(text($0.memory.bytes))" }
        return names.joined(separator: ", ") + (kinds.count > 3 ? " and \(kinds.count - 3) more" : "")
    }

    private static func text(_ bytes: Int64) -> String { MemoryBytes(bytes).gibibytesText }

    private static func earlier(_ runs: Int) -> String { runs == 1 ? "one earlier run" : "\(runs) earlier runs" }

    // MARK: Time

    private static func time(_ need: ForecastRange, _ offer: Offer) -> CheckoutWarning? {
        guard need.upper > offer.lasts.milliseconds else { return nil }
        func text(_ milliseconds: Int64) -> String { TimeSpan(milliseconds: milliseconds).spoken }
        let isOver = need.expected > offer.lasts.milliseconds
        var words =
            "Its time \(isOver ? "will" : "may") not be enough: about \(text(need.expected)) is expected"
            + (need.runs.map { ", from \(earlier($0))" } ?? "")
            + " (\(text(need.lower)) to \(text(need.upper))), and the lease ends "
            + "after \(offer.lasts.spoken)."
        let wanted = TimeSpan(milliseconds: need.upper).roundedUp, asked = min(wanted, offer.atMost)
        if wanted > offer.atMost {
            words += " No lease may last longer than \(offer.atMost.text): save its state now and then."
        }
        return CheckoutWarning(words: words, time: asked > offer.lasts ? asked.typed : nil, fits: !isOver)
    }
}

extension TimeSpan {
    /// For sentences: `2.2s`, `45s`, `4h 10m`.
    fileprivate var spoken: String {
        guard self < .seconds(10), milliseconds > 0 else { return rounded.text }
        let tenths = (milliseconds + 50) / 100
        return milliseconds < 1_000 ? text : tenths % 10 == 0 ? "\(tenths / 10)s" : "\(tenths / 10).\(tenths % 10)s"
    }

    /// Without what nobody reads: seconds of hours.
    fileprivate var rounded: TimeSpan {
        if self < .seconds(10) { return self }
        let step = step.milliseconds
        return TimeSpan(milliseconds: (milliseconds / step + (milliseconds % step * 2 >= step ? 1 : 0)) * step)
    }

    /// To a round time that is no shorter, save where none is longer.
    fileprivate var roundedUp: TimeSpan {
        let step = step.milliseconds, count = milliseconds / step + (milliseconds % step > 0 ? 1 : 0)
        let (product, overflow) = count.multipliedReportingOverflow(by: step)
        return overflow ? self : TimeSpan(milliseconds: product)
    }

    /// As it is typed: `1d2h`. Round times have no more than two units.
    fileprivate var typed: String { text.replacing(" ", with: "") }

    private var step: TimeSpan {
        if self >= .hours(10) { return .hours(1) }
        if self >= .hours(1) { return .minutes(10) }
        return self >= .minutes(10) ? .minutes(1) : .seconds(1)
    }
}
