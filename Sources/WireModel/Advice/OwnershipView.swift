/// Own or rent: `GET /v1/advice/cost`. Money in units of `currency`, exact to the millionth.
package struct OwnershipView: Codable, Equatable, Sendable {
    package var currency: String
    package var gpu: String?
    package var gpus: Int
    /// Paid at the start.
    package var capital: Money
    package var fixedPerYear: Money
    /// Of an hour, with nothing to do and at full load.
    package var electricityIdlePerHour: Money
    package var electricityBusyPerHour: Money
    package var rentPerUsefulHour: Money
    package var ownPerUsefulHour: Money
    /// The part of the time in use that the figures are for, 0 to 1.
    package var utilisation: Double
    /// `asked` or `measured`.
    package var utilisationSource: String
    /// The part from which owning is cheaper, above 1: never; missing: electricity alone costs more.
    package var breakEven: Double?
    package var breakEvenLow: Double?
    package var breakEvenHigh: Double?
    /// Missing: never.
    package var paybackMonths: Double?
    /// After which it is replaced.
    package var lifetimeMonths: Int
    package var ownPerMonth: Money
    package var ownCashPerMonth: Money
    package var rentPerMonth: Money
    package var words: String
    package var curve: [Point]
    /// Each with its value, where it is from, and the option that changes it.
    package var assumptions: [Assumption]
    package var rents: [Rent]

    /// What a useful hour costs at some use.
    package struct Point: Codable, Equatable, Sendable {
        package var utilisation: Double
        package var own: Money
        package var rent: Money

        package init(utilisation: Double, own: Money, rent: Money) {
            self.utilisation = utilisation
            self.own = own
            self.rent = rent
        }
    }

    /// One figure that the answer rests on.
    package struct Assumption: Codable, Equatable, Sendable {
        package var name: String
        package var value: String
        package var source: String
        package var option: String
        /// What it is called in a question, and what to write there for the same value.
        package var parameter: String
        package var written: String
        /// Whether it was in the question.
        package var isGiven: Bool

        package init(
            name: String, value: String, source: String, option: String, parameter: String, written: String, isGiven: Bool
        ) {
            self.name = name
            self.value = value
            self.source = source
            self.option = option
            self.parameter = parameter
            self.written = written
            self.isGiven = isGiven
        }
    }

    /// A price of a provider.
    package struct Rent: Codable, Equatable, Sendable {
        package var provider: String
        package var region: String
        package var instance: String
        package var gpu: String
        package var gpus: Int
        package var perGPUHour: Money
        package var perSpotGPUHour: Money?
        /// `2026-11-22`; `2026-11` where only the month is known.
        package var date: String
        /// Older than 90 days.
        package var isOld: Bool
        /// The part of the time from which owning is cheaper than this; missing: never.
        package var breakEven: Double?
        package var source: String
        /// What a bill says was paid for, in hours of one GPU; missing: it is a price and no bill.
        package var paidGPUHours: Double?

        package init(
            provider: String, region: String, instance: String, gpu: String, gpus: Int, perGPUHour: Money,
            perSpotGPUHour: Money?, date: String, isOld: Bool, breakEven: Double?, source: String
        ) {
            self.provider = provider
            self.region = region
            self.instance = instance
            self.gpu = gpu
            self.gpus = gpus
            self.perGPUHour = perGPUHour
            self.perSpotGPUHour = perSpotGPUHour
            self.date = date
            self.isOld = isOld
            self.breakEven = breakEven
            self.source = source
        }
    }

    package init(
        currency: String, gpu: String?, gpus: Int, capital: Money, fixedPerYear: Money, electricityIdlePerHour: Money,
        electricityBusyPerHour: Money, rentPerUsefulHour: Money, ownPerUsefulHour: Money, utilisation: Double,
        utilisationSource: String, breakEven: Double?, breakEvenLow: Double?, breakEvenHigh: Double?,
        paybackMonths: Double?, lifetimeMonths: Int, ownPerMonth: Money, ownCashPerMonth: Money, rentPerMonth: Money,
        words: String,
        curve: [Point], assumptions: [Assumption], rents: [Rent]
    ) {
        self.currency = currency
        self.gpu = gpu
        self.gpus = gpus
        self.capital = capital
        self.fixedPerYear = fixedPerYear
        self.electricityIdlePerHour = electricityIdlePerHour
        self.electricityBusyPerHour = electricityBusyPerHour
        self.rentPerUsefulHour = rentPerUsefulHour
        self.ownPerUsefulHour = ownPerUsefulHour
        self.utilisation = utilisation
        self.utilisationSource = utilisationSource
        self.breakEven = breakEven
        self.breakEvenLow = breakEvenLow
        self.breakEvenHigh = breakEvenHigh
        self.paybackMonths = paybackMonths
        self.lifetimeMonths = lifetimeMonths
        self.ownPerMonth = ownPerMonth
        self.ownCashPerMonth = ownCashPerMonth
        self.rentPerMonth = rentPerMonth
        self.words = words
        self.curve = curve
        self.assumptions = assumptions
        self.rents = rents
    }
}
