package import FleetModel

/// What so long a use of some rented accelerators would cost, from the cheapest to the dearest of some prices.
package struct RentedTime: Hashable, Sendable {
    package let least: Cost
    package let most: Cost
    /// Of the prices.
    package let oldest: CivilDate
    package let newest: CivilDate

    /// nil: no price is of this accelerator. Those in another currency than the first one's are left out.
    ///
    /// - Parameter count: of the accelerators, each of which is paid for all of the time.
    package init?(_ accelerator: String, count: Int = 1, milliseconds: Int, prices: [RentalPrice]) {
        let (all, overflow) = max(0, milliseconds).multipliedReportingOverflow(by: max(1, count))
        let known = prices.filter { $0.accelerator == accelerator && $0.onDemand.micros > 0 }
        guard let first = known.first else { return nil }
        var (least, most) = (first.perDevice.micros, first.perDevice.micros), (oldest, newest) = (first.date, first.date)
        for price in known where price.onDemand.currency == first.onDemand.currency {
            least = min(least, price.perDevice.micros)
            most = max(most, price.perDevice.micros)
            if price.date.days < oldest.days { oldest = price.date }
            if price.date.days > newest.days { newest = price.date }
        }
        func cost(_ hour: Int64) -> Cost {
            Cost(
                micros: Micros(hour, times: overflow ? .max : all, by: 3_600_000).value, currency: first.onDemand.currency)
        }
        (self.least, self.most) = (cost(least), cost(most))
        (self.oldest, self.newest) = (oldest, newest)
    }
}
