package import Advisor
import CatalogueFiles
package import FleetModel
package import WireModel

/// Answers whether to own or to rent.
package enum OwnershipDesk {
    /// What was asked. Money is in US dollars; shares are thousandths.
    package struct Question: Sendable {
        package var gpu: String?
        package var gpus = 8
        /// Of the whole machine; nil: from the accelerator's price.
        package var price: Cost?
        package var perGPUHour: Cost?
        package var electricity: ElectricityPrice?
        package var staffPerYear: Cost?
        package var busyWatts: Int?
        package var idleWatts: Int?
        package var surroundings: Int?
        package var residual: Int?
        package var months: Int?
        package var maintenance: Int?
        package var roomFactor: Int?
        package var availability: Int?
        package var extras: Int?
        package var rentUsed: Int?
        /// The part of the time in which devices are in use.
        package var busy: Int?
        /// The same, as the pool measured it.
        package var measuredBusy: Int?
        package var today: CivilDate
        /// Beside those that are built in.
        package var imported: [RentalPrice] = []

        package init(today: CivilDate) { self.today = today }
    }

    package static func answer(
        _ question: Question, catalogue: Catalogue = BuiltInTables.catalogue
    ) throws(AdviceError) -> OwnershipView {
        let accelerator = try Given.accelerator(question.gpu ?? "H100 SXM5 80GB", in: catalogue)
        let count = try Given.number(question.gpus, "--gpus", 1...100_000) ?? 8
        let rents = rents(accelerator, question)
        guard let perHour = question.perGPUHour ?? usual(rents, question.today)?.perDevice else {
            throw .missing(
                what: "A price to rent \(accelerator.name)",
                instead:
                    "None is built in: give it with --rent 2.50 (an hour of one GPU), or import a table with carrel catalog import."
            )
        }
        let node = try node(question, accelerator, count)
        let extras = try Given.number(question.extras, "--extras (thousandths)", 0...1_000) ?? 0
        let used = try Given.number(question.rentUsed, "--rent-used (thousandths)", 1...1_000) ?? 1_000
        let both = OwnOrRent(node, RentedDevice(perHour: perHour, extras: extras, used: used))
        let busy = question.busy ?? question.measuredBusy ?? 500
        _ = try Given.number(busy, "--utilisation (thousandths)", 1...1_000)
        return view(question, both, accelerator, busy, rents)
    }

    /// The cheapest of each provider, cheapest first. What was imported of one takes the place of what is built in.
    static func rents(_ accelerator: Accelerator, _ question: Question) -> [RentalPrice] {
        let imported = Set(question.imported.map { provider($0.provider) })
        let builtIn = BuiltInTables.rentalPrices.filter { !imported.contains(provider($0.provider)) }
        let all = (question.imported + builtIn).filter { $0.accelerator == accelerator.name }
            .sorted { $0.perDevice.micros < $1.perDevice.micros }
        var seen: Set<String> = []
        return all.filter { seen.insert(provider($0.provider)).inserted }
    }

    private static func provider(_ name: String) -> String {
        let folded = name.lowercased()
        return ["gcp": "google cloud", "google": "google cloud", "amazon": "aws"][folded] ?? folded
    }

    /// Neither the cheapest, which is somebody's spare computer, nor the dearest: the one in the middle of those that are not old.
    static func usual(_ rents: [RentalPrice], _ today: CivilDate) -> RentalPrice? {
        let fresh = rents.filter { !$0.isOld(on: today) }, some = fresh.isEmpty ? rents : fresh
        return some.isEmpty ? nil : some[(some.count - 1) / 2]
    }

    private static func node(
        _ question: Question, _ accelerator: Accelerator, _ count: Int
    ) throws(AdviceError) -> OwnedNode {
        let each = accelerator.price
        guard let price = question.price ?? each.map({ Self.nodePrice($0, count) }) else {
            throw .missing(
                what: "The price of a machine with \(accelerator.name)",
                instead: "The maker publishes none: give an offer with --price 300000 (the whole machine).")
        }
        let deviceWatts = Int(accelerator.watts ?? 300) * count
        let busy =
            try Given.number(question.busyWatts, "--watts", 0...1_000_000_000)
            ?? deviceWatts * 1_000 / OwnedNode.devicesShareOfPower
        let idle =
            try Given.number(question.idleWatts, "--idle-watts", 0...1_000_000_000)
            ?? (busy - deviceWatts) / 2 + deviceWatts * OwnedNode.idleShareOfPower / 1_000
        let staff = question.staffPerYear ?? Cost(micros: 30_000_000_000 * Int64(count) / 8, currency: "USD")
        func share(_ given: Int?, _ usual: Int, _ what: String, _ range: ClosedRange<Int>) throws(AdviceError) -> Int {
            try Given.number(given, what, range) ?? usual
        }
        return OwnedNode(
            price: price, devices: count,
            surroundings: try share(question.surroundings, OwnedNode.usualSurroundings, "--surroundings", 0...10_000),
            residual: try share(question.residual, OwnedNode.usualResidual, "--residual", 0...1_000),
            months: try share(question.months, OwnedNode.usualMonths, "--years (months)", 1...600),
            maintenance: try share(question.maintenance, OwnedNode.usualMaintenance, "--maintenance", 0...1_000),
            staff: staff, busyWatts: busy, idleWatts: idle,
            roomFactor: try share(question.roomFactor, OwnedNode.usualRoomFactor, "--pue (thousandths)", 1_000...10_000),
            electricity: question.electricity ?? ElectricityPrice(microsPerKilowattHour: 130_000, currency: "USD"),
            availability: try share(question.availability, OwnedNode.usualAvailability, "--availability", 1...1_000))
    }

    /// Accelerators are about seven tenths of what a machine full of them costs.
    private static func nodePrice(_ each: Cost, _ count: Int) -> Cost {
        let (all, overflow) = each.micros.multipliedReportingOverflow(by: Int64(count))
        guard !overflow, all < .max / 10 else { return Cost(micros: .max, currency: each.currency) }
        return Cost(micros: all * 10 / 7, currency: each.currency)
    }

    private static func view(
        _ question: Question, _ both: OwnOrRent, _ accelerator: Accelerator, _ busy: Int, _ rents: [RentalPrice]
    ) -> OwnershipView {
        let month = both.month(busy: busy), range = both.breakEvenRange
        let own = both.node.costPerUsefulHour(busy: busy)
        return OwnershipView(
            currency: both.node.price.currency, gpu: accelerator.name, gpus: both.node.devices,
            capital: both.node.capital.money, fixedPerYear: both.node.fixedPerYear.money,
            electricityIdlePerHour: both.node.electricityPerHour(busy: 0).money,
            electricityBusyPerHour: both.node.electricityPerHour(busy: 1_000).money,
            rentPerUsefulHour: both.rented.perUsefulHour.money, ownPerUsefulHour: own?.money ?? Money(micros: 0),
            utilisation: Double(busy) / 1_000,
            utilisationSource: question.busy != nil ? "asked" : question.measuredBusy != nil ? "measured" : "assumed",
            breakEven: both.breakEven, breakEvenLow: range.low, breakEvenHigh: range.high,
            paybackMonths: both.paybackMonths(busy: busy), lifetimeMonths: both.node.months, ownPerMonth: month.own.money,
            ownCashPerMonth: month.ownCash.money, rentPerMonth: month.rent.money,
            words: OwnershipWords.verdict(both, busy: busy),
            curve: both.curve.map {
                OwnershipView.Point(utilisation: Double($0.busy) / 1_000, own: $0.own.money, rent: $0.rent.money)
            }, assumptions: OwnershipWords.assumptions(question, both, usual(rents, question.today)),
            rents: rents.map { rent in
                OwnershipView.Rent(
                    provider: rent.provider, region: rent.region, instance: rent.instance, gpu: rent.accelerator,
                    gpus: rent.count, perGPUHour: rent.perDevice.money, perSpotGPUHour: rent.perSpotDevice?.money,
                    date: rent.date.text, isOld: rent.isOld(on: question.today),
                    breakEven: OwnOrRent(both.node, both.rented.at(rent.perDevice)).breakEven, source: rent.source)
            })
    }
}

extension Cost {
    var money: Money { Money(micros: micros) }
}
