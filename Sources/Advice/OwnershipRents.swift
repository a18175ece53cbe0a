import Advisor
import CatalogueFiles
import FleetModel
import WireModel

/// The prices that an answer about owning and renting has before it, and the one that it takes.
struct OwnershipRents {
    /// The cheapest of each provider, cheapest first.
    let prices: [RentalPrice]
    /// What was paid, the newest first.
    let paid: [PaidRent]
    /// The rent of one GPU and hour; nil: none is known.
    let taken: Cost?
    let source: String
    /// What was paid beside the GPUs, in thousandths; nil: no bill says.
    let extras: Int?
    let extrasSource: String

    private static let shownPaid = 12

    init(_ accelerator: Accelerator, _ question: OwnershipDesk.Question) throws(AdviceError) {
        let prices = Self.prices(accelerator, question), usual = Self.usual(prices, question.today)
        // A bill that doesn't say which GPU is of this one only where somebody says that bills count.
        let own = question.paid.filter { $0.accelerator == accelerator.name }
        let unsaid = question.paid.filter { $0.accelerator == nil }
        (self.prices, paid) = (prices, Array((own + unsaid).prefix(Self.shownPaid)))
        let bill: PaidRent?
        switch question.rentFrom {
        case .newest: bill = own.first.flatMap { one in usual.map { one.until >= $0.date } ?? true ? one : nil }
        case .prices: bill = nil
        case .bills:
            bill = own.first ?? unsaid.first
            if bill == nil, question.perGPUHour == nil {
                throw .missing(
                    what: "A bill with \(accelerator.name)",
                    instead: "Take one in: carrel plan cost bill import FILE.csv, or carrel plan cost bill add.")
            }
        }
        if let given = question.perGPUHour {
            (taken, source) = (given, question.rentSource ?? "given")
        } else if let bill {
            let older = usual.map { question.rentFrom == .newest ? "; newer than the price of \($0.date.text)" : "" } ?? ""
            taken = bill.perHour
            source =
                "paid to \(bill.provider) in \(bill.period), \(Self.hours(bill)) GPU-hours\(Self.discounts(bill))\(older)"
        } else {
            taken = usual?.perDevice
            source = usual.map { "\($0.provider), \($0.instance), \($0.region), \($0.date.text)" } ?? "none"
        }
        let measured = question.perGPUHour == nil ? bill : nil
        extras = measured?.extras.map { min($0, PaidRent.mostExtras) }
        extrasSource = measured.map(Self.extrasSource) ?? "none"
    }

    /// Other services of the same account cause storage and data, too: no verdict is left to them, and nothing is cut unseen.
    private static func extrasSource(_ rent: PaidRent) -> String {
        guard let extras = rent.extras else { return "the bill has no such lines" }
        let most = PaidRent.mostExtras
        return extras <= most
            ? "paid to \(rent.provider) in \(rent.period) beside its GPUs"
            : "\(OwnershipWords.percent(extras)) was paid to \(rent.provider) in \(rent.period) beside its GPUs; \(OwnershipWords.percent(extras - most)) is left off, as other services cause it too"
    }

    private static func discounts(_ rent: PaidRent) -> String {
        rent.isBeforeDiscounts ? ", as billed, before discounts" : ""
    }

    /// What was imported of a provider takes the place of what is built in.
    static func prices(_ accelerator: Accelerator, _ question: OwnershipDesk.Question) -> [RentalPrice] {
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

    /// `4000`, `12.5`.
    private static func hours(_ rent: PaidRent) -> String {
        let tenths = rent.microHours / 100_000 + (rent.microHours % 100_000 >= 50_000 ? 1 : 0)
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    /// What was paid first: it is this site's own.
    func views(_ both: OwnOrRent, _ accelerator: Accelerator, _ today: CivilDate) -> [OwnershipView.Rent] {
        func breakEven(_ perHour: Cost) -> Double? { OwnOrRent(both.node, both.rented.at(perHour)).breakEven }
        let bills = paid.map { rent in
            var view = OwnershipView.Rent(
                provider: rent.provider, region: "as billed", instance: rent.instance ?? "not said",
                gpu: rent.accelerator ?? accelerator.name, gpus: 1, perGPUHour: rent.perHour.money, perSpotGPUHour: nil,
                date: rent.period, isOld: rent.isOld(on: today), breakEven: breakEven(rent.perHour),
                source: "paid: \(Self.hours(rent)) GPU-hours for \(rent.amount.text)\(Self.discounts(rent))"
                    + (rent.accelerator == nil ? "; the bill doesn't say which GPU" : ""))
            view.paidGPUHours = Double(rent.microHours) / 1_000_000
            return view
        }
        return bills
            + prices.map { rent in
                OwnershipView.Rent(
                    provider: rent.provider, region: rent.region, instance: rent.instance, gpu: rent.accelerator,
                    gpus: rent.count, perGPUHour: rent.perDevice.money, perSpotGPUHour: rent.perSpotDevice?.money,
                    date: rent.date.text, isOld: rent.isOld(on: today), breakEven: breakEven(rent.perDevice),
                    source: rent.source)
            }
    }
}
