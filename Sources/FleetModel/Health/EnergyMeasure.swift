/// Energy that was measured, and how.
package struct EnergyMeasure: Hashable, Codable, Sendable {
    /// How it was measured, the better way first.
    package enum Method: String, Codable, Sendable, CaseIterable {
        /// The difference of the driver's counter.
        case counter
        /// Power added up over time: what happens between two looks is missed.
        case integratedPower
    }

    package let energy: Energy
    package let method: Method
    /// The time that it covers, of the whole. Several devices: of all added up.
    package let covered: TimeSpan
    package let whole: TimeSpan
    /// How often the counter began anew, or power was not seen for too long.
    package let gaps: Int

    package init(energy: Energy, method: Method, covered: TimeSpan, of whole: TimeSpan, gaps: Int = 0) {
        self.energy = energy
        self.method = method
        self.covered = covered
        self.whole = whole
        self.gaps = gaps
    }

    /// `1.25 kWh, by the GPU's counter, 100 % of the time`: with what is to be known about it.
    package var text: String {
        let words = method == .counter ? "by the GPU's counter" : "from power seen now and then"
        return "\(energy.text), \(words), \(coverage) % of the time"
    }

    /// Per cent of the time that was measured. All but less than a hundredth is all: looks are seconds apart.
    package var coverage: Int64 {
        let hundredths = covered.milliseconds / max(1, whole.milliseconds / 100)
        return hundredths >= 99 ? 100 : max(0, hundredths)
    }
}

/// Energy, or why it is not known: never 0 for want of a measure.
package enum EnergyResult: Hashable, Codable, Sendable {
    case measured(EnergyMeasure)
    case notMeasured(reason: String)

    /// Of several devices together: measured only where each of them was, by the weakest of their methods.
    package static func total(_ results: [EnergyResult]) -> EnergyResult {
        guard !results.isEmpty else { return .notMeasured(reason: "there was no GPU") }
        var energy = Energy.zero, covered = TimeSpan.zero, whole = TimeSpan.zero, gaps = 0
        var method = EnergyMeasure.Method.counter
        for result in results {
            switch result {
            case .notMeasured(let reason): return .notMeasured(reason: reason)
            case .measured(let one):
                energy = energy + one.energy
                covered = covered + one.covered
                whole = whole + one.whole
                gaps += one.gaps
                if one.method == .integratedPower { method = .integratedPower }
            }
        }
        return .measured(EnergyMeasure(energy: energy, method: method, covered: covered, of: whole, gaps: gaps))
    }
}

extension Energy {
    /// `1.25 kWh`, `820 Wh`, `3.5 Wh`, `12 J`, for screens: 3,600 J are a watt-hour.
    package var text: String {
        let joules = millijoules / 1_000
        if joules < 360 { return "\(joules) J" }
        let tenths = (joules + 180) / 360
        if tenths < 100 { return "\(tenths / 10).\(tenths % 10) Wh" }
        if tenths < 10_000 { return "\((tenths + 5) / 10) Wh" }
        let hundredths = (tenths + 50) / 100
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) kWh"
    }
}
