package import FleetModel

/// A machine of one's own, and all that it costs. Money in millionths, shares in thousandths: no sum is off by a fraction.
package struct OwnedNode: Hashable, Sendable {
    /// Of the whole machine with its devices.
    package var price: Cost
    package var devices: Int
    /// Network, rack and storage on top of the price, in thousandths of it.
    package var surroundings: Int
    /// What it is worth at the end, in thousandths of all that was paid.
    package var residual: Int
    /// Until it is replaced.
    package var months: Int
    /// A year, in thousandths of the price.
    package var maintenance: Int
    /// A year: people and room.
    package var staff: Cost
    /// Of the machine at full load and with nothing to do.
    package var busyWatts: Int
    package var idleWatts: Int
    /// What the room takes for each thousand that the machine takes: 1560 is a PUE of 1.56.
    package var roomFactor: Int
    package var electricity: ElectricityPrice
    /// The part of the time in which it works, in thousandths.
    package var availability: Int

    package init(
        price: Cost, devices: Int, surroundings: Int = Self.usualSurroundings, residual: Int = Self.usualResidual,
        months: Int = Self.usualMonths, maintenance: Int = Self.usualMaintenance, staff: Cost, busyWatts: Int,
        idleWatts: Int, roomFactor: Int = Self.usualRoomFactor, electricity: ElectricityPrice,
        availability: Int = Self.usualAvailability
    ) {
        self.price = price
        self.devices = min(1_000_000, max(1, devices))
        self.surroundings = surroundings
        self.residual = residual
        self.months = max(1, months)
        self.maintenance = maintenance
        self.staff = staff
        // A gigawatt is a power station.
        self.busyWatts = min(1_000_000_000, max(0, busyWatts))
        self.idleWatts = min(self.busyWatts, max(0, idleWatts))
        self.roomFactor = roomFactor
        self.electricity = electricity
        self.availability = max(1, availability)
    }

    /// Of one node; a cluster's network and storage take 400.
    package static let usualSurroundings = 150
    package static let usualResidual = 100
    package static let usualMonths = 48
    package static let usualMaintenance = 50
    /// The average of the Uptime Institute's survey of 2024; a new data centre has 1300, a server room 1800.
    package static let usualRoomFactor = 1_560
    package static let usualAvailability = 970
    /// GPUs take this part of a node's power, in thousandths (Dodge et al. 2022, as Zeus cites it).
    package static let devicesShareOfPower = 700
    /// An idle GPU takes about this part of its most, in thousandths.
    package static let idleShareOfPower = 130

    /// Paid at the start.
    package var capital: Cost {
        Cost(micros: Micros(price.micros, times: 1_000 + surroundings, by: 1_000).value, price.currency)
    }

    /// A year, busy or not, without electricity: what it loses in worth, upkeep and people.
    package var fixedPerYear: Cost {
        let lost = Micros(capital.micros, times: (1_000 - residual) * 12, by: 1_000 * months).value
        let upkeep = Micros(price.micros, times: maintenance, by: 1_000).value
        return Cost(micros: lost.adding(upkeep).adding(staff.micros), price.currency)
    }

    /// A year, as money leaves the house: without what it loses in worth.
    package var cashPerYear: Cost {
        let upkeep = Micros(price.micros, times: maintenance, by: 1_000).value
        return Cost(micros: upkeep.adding(staff.micros), price.currency)
    }

    /// Of one hour with so much of the time busy, in thousandths.
    package func electricityPerHour(busy: Int) -> Cost {
        let watts = idleWatts * 1_000 + max(0, min(1_000, busy)) * (busyWatts - idleWatts)
        // Milliwatts of the machine, times thousandths of the room.
        return Cost(
            micros: Micros(electricity.microsPerKilowattHour, times: watts, by: 1_000_000).times(roomFactor, by: 1_000)
                .value,
            price.currency)
    }

    /// What one useful hour of one device costs if so much of the time is used, in thousandths; nil at none.
    package func costPerUsefulHour(busy: Int) -> Cost? {
        guard busy > 0 else { return nil }
        let hour = Micros(fixedPerYear.micros, times: 1, by: hoursPerYear).value
            .adding(electricityPerHour(busy: busy).micros)
        return Cost(
            micros: Micros(hour, times: 1_000_000, by: devices).times(1, by: busy).times(1, by: availability).value,
            price.currency)
    }
}

/// 365 days.
let hoursPerYear = 8_760

/// What a device costs to rent.
package struct RentedDevice: Hashable, Sendable {
    /// An hour of one device, its share of the machine with it.
    package var perHour: Cost
    /// Data that leaves, storage and support, in thousandths of the price.
    package var extras: Int
    /// How much of what is paid for is used, in thousandths: machines that start slowly or are forgotten run for nothing.
    package var used: Int

    package init(perHour: Cost, extras: Int = 0, used: Int = 1_000) {
        self.perHour = perHour
        self.extras = extras
        self.used = max(1, used)
    }

    /// The same at another price.
    package func at(_ perHour: Cost) -> RentedDevice { RentedDevice(perHour: perHour, extras: extras, used: used) }

    package var perUsefulHour: Cost {
        Cost(
            micros: Micros(perHour.micros, times: 1_000 + extras, by: 1_000).times(1_000, by: used).value, perHour.currency)
    }
}

extension Cost {
    init(micros: Int64, _ currency: String) { self.init(micros: micros, currency: currency) }
}

/// Whole numbers between the steps of a sum, rounded half up at each; saturates.
struct Micros {
    let value: Int64

    init(_ value: Int64, times factor: Int, by divisor: Int) {
        let product = Int128(value) * Int128(factor), half = Int128(max(1, divisor)) / 2
        let quotient = (product + (product < 0 ? -half : half)) / Int128(max(1, divisor))
        self.value = quotient > Int128(Int64.max) ? .max : quotient < Int128(Int64.min) ? .min : Int64(quotient)
    }

    func times(_ factor: Int, by divisor: Int) -> Micros { Micros(value, times: factor, by: divisor) }
}

extension Int64 {
    /// Saturates.
    func adding(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}
