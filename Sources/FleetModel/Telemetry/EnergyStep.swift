/// Energy that a device used between two looks at it.
package struct EnergyStep: Hashable, Sendable {
    package let start: Timestamp
    package let end: Timestamp
    package let energy: Energy

    /// Looks that are further apart say too little of when it was used: what lies between them is a gap.
    package static let longest = TimeSpan.minutes(2)

    package init(start: Timestamp, end: Timestamp, energy: Energy) {
        self.start = start
        self.end = end
        self.energy = energy
    }

    /// From one look to the next: the difference of the counter, or where there is none the mean power over the time.
    /// nil: the looks are too far apart, or give neither; the counter went back, or the clock did.
    package init?(from first: Look, to second: Look) {
        let span = second.at - first.at
        guard span > .zero, span <= Self.longest else { return nil }
        if let before = first.energy, let after = second.energy {
            guard after >= before else { return nil }
            self.init(
                start: first.at, end: second.at, energy: Energy(millijoules: after.millijoules - before.millijoules))
        } else if let before = first.power, let after = second.power {
            // Milliwatts times milliseconds are microjoules.
            let mean = before.milliwatts / 2 + after.milliwatts / 2
            let (microjoules, overflow) = mean.multipliedReportingOverflow(by: span.milliseconds)
            guard !overflow, microjoules >= 0 else { return nil }
            self.init(start: first.at, end: second.at, energy: Energy(millijoules: microjoules / 1_000))
        } else {
            return nil
        }
    }

    /// What a look says of energy.
    package struct Look: Hashable, Sendable {
        package let at: Timestamp
        package let energy: Energy?
        package let power: Power?

        package init(_ reading: DeviceReading, at: Timestamp) {
            self.at = at
            energy = reading.energy
            power = reading.power
        }
    }

    /// Its parts in spans of this width, by time; together they have all of its energy, to the millijoule.
    package func pieces(width: TimeSpan) -> [EnergyStep] {
        guard width > .zero, start < end, end - start <= Self.longest else { return [self] }
        var pieces: [EnergyStep] = [], from = start, given: Int64 = 0
        while from < end {
            let to = min(end, from.start(of: width) + width)
            // What is due up to there, less what was given: nothing is lost by rounding. Two minutes of a
            // millijoule count that fits into 44 bits can't overflow; beyond that the last piece has all.
            let (product, overflow) = energy.millijoules.multipliedReportingOverflow(by: (to - start).milliseconds)
            let due = to == end ? energy.millijoules : overflow ? 0 : product / (end - start).milliseconds
            pieces.append(EnergyStep(start: from, end: to, energy: Energy(millijoules: due - given)))
            (given, from) = (due, to)
        }
        return pieces
    }
}

extension Timestamp {
    /// When the span of this width that it lies in began; spans are counted from 1970.
    package func start(of width: TimeSpan) -> Timestamp {
        let rest = milliseconds % width.milliseconds
        return Timestamp(milliseconds: milliseconds - (rest < 0 ? rest + width.milliseconds : rest))
    }
}
