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
        /// Where that is from; nil: it was given.
        package var electricitySource: String?
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
        /// The same, as the pool measured it: of all time, so that what a machine stood still is in it.
        package var measuredBusy: Int?
        /// Whether use as the pool measures it is what counts.
        package var isMeasured: Bool { busy == nil && measuredBusy != nil }
        package var today: CivilDate
        /// Beside those that are built in.
        package var imported: [RentalPrice] = []
        /// What bills say, the newest first.
        package var paid: [PaidRent] = []
        package var rentFrom = RentFrom.newest
        /// Where the rent that is given is from, if it is from somewhere.
        package var rentSource: String?

        package init(today: CivilDate) { self.today = today }
    }

    /// What the rent is taken from where none is given.
    package enum RentFrom: String, CaseIterable, Sendable {
        /// Bills that are as new as the price that would be taken, else that.
        case newest
        case bills, prices
    }

    package static func answer(
        _ question: Question, catalogue: Catalogue = BuiltInTables.catalogue
    ) throws(AdviceError) -> OwnershipView {
        let accelerator = try accelerator(question, catalogue), rents = try OwnershipRents(accelerator, question)
        let both = try both(question, accelerator, rents, catalogue)
        let busy = question.busy ?? question.measuredBusy ?? 500
        _ = try Given.number(busy, "--utilisation (thousandths)", 1...1_000)
        return view(question, both, accelerator, busy, rents, catalogue.likelyPrice(of: accelerator))
    }

    /// The machine and the rent alone, for comparing them with use that changes.
    package static func both(
        _ question: Question, catalogue: Catalogue = BuiltInTables.catalogue
    ) throws(AdviceError) -> OwnOrRent {
        let accelerator = try accelerator(question, catalogue)
        return try both(question, accelerator, try OwnershipRents(accelerator, question), catalogue)
    }

    private static func accelerator(_ question: Question, _ catalogue: Catalogue) throws(AdviceError) -> Accelerator {
        try Given.accelerator(question.gpu ?? "H100 SXM5 80GB", in: catalogue)
    }

    private static func both(
        _ question: Question, _ accelerator: Accelerator, _ rents: OwnershipRents, _ catalogue: Catalogue
    ) throws(AdviceError) -> OwnOrRent {
        let count = try Given.number(question.gpus, "--gpus", 1...100_000) ?? 8
        guard let perHour = rents.taken else {
            throw .missing(
                what: "A price to rent \(accelerator.name)",
                instead:
                    "None is built in: give it with --rent 2.50 (an hour of one GPU), or import a table with carrel catalog import."
            )
        }
        let node = try node(question, accelerator, count, catalogue)
        let extras = try Given.number(question.extras, "--extras (thousandths)", 0...10_000) ?? rents.extras ?? 0
        let used = try Given.number(question.rentUsed, "--rent-used (thousandths)", 1...1_000) ?? 1_000
        return OwnOrRent(node, RentedDevice(perHour: perHour, extras: extras, used: used))
    }

    private static func node(
        _ question: Question, _ accelerator: Accelerator, _ count: Int, _ catalogue: Catalogue
    ) throws(AdviceError) -> OwnedNode {
        guard accelerator.segment != .reference || accelerator.price != nil || question.price != nil else {
            throw .missing(
                what: "The price of a machine with \(accelerator.name)",
                instead: "It is not sold as a card: give an offer with --price 300000 (the whole machine).")
        }
        let each = accelerator.price ?? catalogue.likelyPrice(of: accelerator).price
        let price = question.price ?? nodePrice(each, count)
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
            availability: try share(
                question.availability, question.isMeasured ? 1_000 : OwnedNode.usualAvailability, "--availability", 1...1_000
            ))
    }

    /// Accelerators are about seven tenths of what a machine full of them costs.
    private static func nodePrice(_ each: Cost, _ count: Int) -> Cost {
        let (all, overflow) = each.micros.multipliedReportingOverflow(by: Int64(count))
        guard !overflow, all < .max / 10 else { return Cost(micros: .max, currency: each.currency) }
        return Cost(micros: all * 10 / 7, currency: each.currency)
    }

    private static func view(
        _ question: Question, _ both: OwnOrRent, _ accelerator: Accelerator, _ busy: Int, _ rents: OwnershipRents,
        _ likely: LikelyPrice
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
            utilisationSource: question.busy != nil ? "asked" : question.isMeasured ? "measured" : "assumed",
            breakEven: both.breakEven, breakEvenLow: range.low, breakEvenHigh: range.high,
            paybackMonths: both.paybackMonths(busy: busy), lifetimeMonths: both.node.months, ownPerMonth: month.own.money,
            ownCashPerMonth: month.ownCash.money, rentPerMonth: month.rent.money,
            words: OwnershipWords.verdict(both, busy: busy, isMeasured: question.isMeasured),
            curve: both.curve.map {
                OwnershipView.Point(utilisation: Double($0.busy) / 1_000, own: $0.own.money, rent: $0.rent.money)
            }, assumptions: OwnershipWords.assumptions(question, both, rents, accelerator, likely),
            rents: rents.views(both, accelerator, question.today))
    }
}

extension Cost {
    var money: Money { Money(micros: micros) }
}
