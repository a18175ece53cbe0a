package import FleetModel

/// What so long a use of one rented accelerator would cost, from the cheapest to the dearest of some prices.
package struct RentedTime: Hashable, Sendable {
    package let least: Cost
    package let most: Cost
    /// Of the prices.
    package let oldest: CivilDate
    package let newest: CivilDate

    /// nil: no price is of this accelerator. Those in another currency than the first one's are left out.
    package init?(_ accelerator: String, milliseconds: Int, prices: [RentalPrice]) {
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
                micros: Micros(hour, times: max(0, milliseconds), by: 3_600_000).value, currency: first.onDemand.currency)
        }
        (self.least, self.most) = (cost(least), cost(most))
        (self.oldest, self.newest) = (oldest, newest)
    }
}
