/// The body of `POST /v1/leases/ID/progress`: all that is done so far, so that saying it twice is saying it once.
package struct ProgressBody: Codable, Equatable, Sendable {
    package var step: Int64?
    package var steps: Int64?
    package var samples: Int64?

    package init(step: Int64? = nil, steps: Int64? = nil, samples: Int64? = nil) {
        self.step = step
        self.steps = steps
        self.samples = samples
    }
}

/// How far the work of a lease says that it is.
package struct ProgressView: Codable, Equatable, Sendable {
    package var step: Int64?
    package var steps: Int64?
    package var samples: Int64?
    /// Of the steps.
    package var percent: Int?
    /// Over the last minutes; nil: not known.
    package var stepsPerSecond: Double?

    package init(step: Int64?, steps: Int64?, samples: Int64?, percent: Int?, stepsPerSecond: Double? = nil) {
        self.step = step
        self.steps = steps
        self.samples = samples
        self.percent = percent
        self.stepsPerSecond = stepsPerSecond
    }

    /// `12 %, step 120 of 1000, 7680 samples, 3.5 steps a second`.
    package var words: String {
        var words: [String] = []
        if let percent { words.append("\(percent) %") }
        if let step { words.append("step \(step)" + (steps.map { " of \($0)" } ?? "")) }
        if let samples { words.append("\(samples) samples") }
        if let rate = stepsPerSecond {
            let isSlow = rate < 1, shown = isSlow ? 1 / max(rate, 1e-9) : rate
            let tenths = Int64(min(shown, 1e15) * 10)
            let text = tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
            words.append(isSlow ? "a step every \(text) s" : "\(text) steps a second")
        }
        return words.joined(separator: ", ")
    }
}
