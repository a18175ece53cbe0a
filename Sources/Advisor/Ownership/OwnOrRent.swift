package import FleetModel

/// A machine of one's own beside rented devices.
package struct OwnOrRent: Hashable, Sendable {
    package let node: OwnedNode
    package let rented: RentedDevice

    package init(_ node: OwnedNode, _ rented: RentedDevice) {
        self.node = node
        self.rented = rented
    }

    /// The part of the time in use from which owning is cheaper; above 1 renting is cheaper at any use. nil: electricity alone
    /// costs more than renting.
    ///
    /// u* = (F / 8760 + electricity with nothing to do) / (N · a · rent − (electricity at full load − with nothing to do)).
    package var breakEven: Double? {
        let idle = node.electricityPerHour(busy: 0).micros, busy = node.electricityPerHour(busy: 1_000).micros
        let fixed = Double(node.fixedPerYear.micros) / Double(hoursPerYear) + Double(idle)
        let rent = Double(rented.perUsefulHour.micros) * Double(node.devices) * Double(node.availability) / 1_000
        let gained = rent - Double(busy - idle)
        return gained > 0 ? fixed / gained : nil
    }

    /// The same where all is a little cheaper, and a little dearer than thought: electricity by a third, people by a half, its
    /// life by a year, rent by a quarter.
    package var breakEvenRange: (low: Double?, high: Double?) {
        func varied(_ good: Bool) -> Double? {
            var node = node, rented = rented
            let price = node.electricity
            node.electricity = ElectricityPrice(
                microsPerKilowattHour: Micros(price.microsPerKilowattHour, times: good ? 2 : 4, by: 3).value,
                currency: price.currency)
            node.staff.micros = Micros(node.staff.micros, times: good ? 1 : 3, by: 2).value
            node.months = good ? node.months + 12 : max(min(12, node.months), node.months - 12)
            rented.perHour.micros = Micros(rented.perHour.micros, times: good ? 5 : 3, by: 4).value
            return OwnOrRent(node, rented).breakEven
        }
        return (varied(true), varied(false))
    }

    /// Both for one month of so much use, in thousandths.
    package func month(busy: Int) -> Month {
        let hours = Micros(Int64(hoursPerYear), times: 1_000, by: 12).value
        let electricity = Micros(node.electricityPerHour(busy: busy).micros, times: Int(hours), by: 1_000)
        let fixed = Micros(node.fixedPerYear.micros, times: 1, by: 12).value
        let cash = Micros(node.cashPerYear.micros, times: 1, by: 12).value
        // Useful hours of all devices, in thousandths.
        let useful = Micros(hours, times: node.devices * busy, by: 1_000).times(node.availability, by: 1_000)
        let rent = Micros(rented.perUsefulHour.micros, times: Int(useful.value), by: 1_000)
        let currency = node.price.currency
        return Month(
            own: Cost(micros: fixed.adding(electricity.value), currency),
            ownCash: Cost(micros: cash.adding(electricity.value), currency),
            electricity: Cost(micros: electricity.value, currency), rent: Cost(micros: rent.value, currency))
    }

    /// Months until what was paid at the start is saved; nil: never. What the machine loses in worth is no payment and is not
    /// taken off here: counted in both places it would be counted twice.
    package func paybackMonths(busy: Int) -> Double? {
        let month = month(busy: busy), saved = month.rent.micros.adding(-month.ownCash.micros)
        guard saved > 0 else { return nil }
        return Double(node.capital.micros) / Double(saved)
    }

    /// One month's money.
    package struct Month: Hashable, Sendable {
        /// With what the machine loses in worth.
        package let own: Cost
        /// What is paid.
        package let ownCash: Cost
        package let electricity: Cost
        package let rent: Cost
    }

    /// Points of the curve over use, at 5 % to 100 %.
    package var curve: [Point] {
        stride(from: 50, through: 1_000, by: 50).compactMap { busy in
            node.costPerUsefulHour(busy: busy).map { Point(busy: busy, own: $0, rent: rented.perUsefulHour) }
        }
    }

    /// What a useful hour of a device costs at some use.
    package struct Point: Hashable, Sendable {
        /// Thousandths of the time.
        package let busy: Int
        package let own: Cost
        package let rent: Cost
    }
}
