/// What electricity costs, in whole millionths of a currency's unit: no sum of many is off by rounding of fractions.
package struct ElectricityPrice: Hashable, Codable, Sendable {
    /// Millionths of the currency's unit for a kilowatt-hour.
    package let microsPerKilowattHour: Int64
    /// ISO 4217: `EUR`.
    package let currency: String

    package init(microsPerKilowattHour: Int64, currency: String) {
        self.microsPerKilowattHour = microsPerKilowattHour
        self.currency = currency
    }

    /// Not negative, at most a million for a kilowatt-hour, and a currency of three capital letters.
    package var makesSense: Bool {
        let letters = Array(currency.utf8)
        return (0...1_000_000_000_000).contains(microsPerKilowattHour) && letters.count == 3
            && letters.allSatisfy { (65...90).contains($0) }
    }

    /// Rounded half up; saturates. A kilowatt-hour is 3.6 · 10⁹ millijoules.
    package func cost(of energy: Energy) -> Cost {
        let millijoules: Int64 = 3_600_000_000
        let product = max(0, energy.millijoules).multipliedFullWidth(by: max(0, microsPerKilowattHour))
        guard product.high < millijoules else { return Cost(micros: .max, currency: currency) }
        let (quotient, rest) = millijoules.dividingFullWidth(product)
        return Cost(micros: quotient + (rest >= millijoules / 2 && quotient < .max ? 1 : 0), currency: currency)
    }
}

/// An amount of money.
package struct Cost: Hashable, Codable, Sendable {
    /// Millionths of the currency's unit.
    package var micros: Int64
    package let currency: String

    package init(micros: Int64, currency: String) {
        self.micros = micros
        self.currency = currency
    }

    /// `0.13 EUR`, and what is less than a hundredth with all its digits: `0.0004 EUR`.
    package var text: String {
        if micros > 0, micros < 10_000 {
            var digits = "\(1_000_000 + micros)".dropFirst()
            while digits.last == "0" { digits = digits.dropLast() }
            return "0.\(digits) \(currency)"
        }
        let hundredths = micros / 10_000 + (micros % 10_000 >= 5_000 ? 1 : 0), rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) \(currency)"
    }
}
