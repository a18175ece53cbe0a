import Advisor
import FleetModel
import WireModel

/// What is said about owning and renting.
package enum OwnershipWords {
    /// Of a site's own comparison: what holds, since when, and by which numbers.
    package static func standing(
        ownsCheaper: Bool, since: String, hasTurned: Bool, busy: Int, breakEven: Double?
    ) -> String {
        let (use, percent) = breakEven.map { apart(busy, $0) } ?? ("\((busy + 5) / 10) %", "")
        let used = "the pool was in use \(use) of the last 30 days"
        let pays =
            breakEven.map { even in "owning \(even > 1 ? "would pay" : "pays") from \(percent)" }
            ?? "electricity alone costs more than a rented hour"
        let begin =
            hasTurned
            ? "Since \(since) \(ownsCheaper ? "owning" : "renting") is cheaper, and was not before"
            : "\(ownsCheaper ? "Owning" : "Renting") is cheaper, at least since \(since)"
        let isNear = breakEven.map { (Double(busy) / 1_000 >= $0) != ownsCheaper } ?? ownsCheaper
        return "\(begin): \(used), \(pays)." + (isNear ? " That is too near to call it turned." : "")
    }

    package static let notCompared =
        "Not compared yet: the pool's first lease must lie a day back."

    /// - Parameter isMeasured: whether the pool's use was measured, rather than asked or assumed.
    static func verdict(_ both: OwnOrRent, busy: Int, isMeasured: Bool) -> String {
        let either = either(both, busy: busy)
        guard let even = both.breakEven else {
            return "Renting is cheaper: electricity alone costs more than a rented hour.\(either)"
        }
        let (use, percent) = apart(busy, even)
        if even > 1 {
            return
                "Renting is cheaper\(either.isEmpty ? " at any use" : ""): owning would pay from \(percent) of the time.\(either)"
        }
        let used = (isMeasured ? "in use " : "if in use ") + use
        return Double(busy) / 1_000 >= even
            ? "Owning is cheaper: \(used) of the time, it pays from \(percent) on.\(either)"
            : "Renting is cheaper: \(used) of the time, owning pays from \(percent) on.\(either)"
    }

    /// Whether prices that are a little different would turn it; empty: they would not.
    private static func either(_ both: OwnOrRent, busy: Int) -> String {
        let range = both.breakEvenRange, use = Double(busy) / 1_000
        guard let low = range.low, low <= use, range.high.map({ use <= $0 }) ?? true else { return "" }
        func percent(_ share: Double) -> String { "\(Int((min(share, 1e6) * 100).rounded())) %" }
        let to = range.high.map { "\(percent(low)) to \(percent($0))" } ?? "\(percent(low)) to never"
        return " It is near: with prices a little different that is \(to), and either may be cheaper."
    }

    /// Use and break-even in percent, with a digit more where they would look alike.
    private static func apart(_ busy: Int, _ even: Double) -> (use: String, even: String) {
        let even = min(even, 1e6), plain = ((busy + 5) / 10, Int((even * 100).rounded()))
        guard plain.0 == plain.1 else { return ("\(plain.0) %", "\(plain.1) %") }
        let fine = Int((even * 1_000).rounded())
        func text(_ thousandths: Int) -> String { "\(thousandths / 10).\(thousandths % 10) %" }
        return (text(busy), text(fine))
    }

    static func assumptions(
        _ question: OwnershipDesk.Question, _ both: OwnOrRent, _ rents: OwnershipRents, _ accelerator: Accelerator,
        _ likely: LikelyPrice
    ) -> [OwnershipView.Assumption] {
        machine(question, both.node, accelerator, likely) + running(question, both.node)
            + renting(question, both.rented, rents)
    }

    private static func row(
        _ name: String, _ value: String, _ written: String? = nil, given: Bool, _ source: String, _ parameter: String,
        option: String? = nil
    ) -> OwnershipView.Assumption {
        OwnershipView.Assumption(
            name: name, value: value, source: source, option: "--\(option ?? parameter)", parameter: parameter,
            written: written ?? value, isGiven: given)
    }

    private static func share(
        _ name: String, _ value: Int, _ given: Int?, _ source: String, _ parameter: String, option: String? = nil,
        after: String = ""
    ) -> OwnershipView.Assumption {
        row(
            name, percent(value) + after, Given.text(share: value), given: given != nil, given != nil ? "given" : source,
            parameter, option: option)
    }

    private static func priced(_ accelerator: Accelerator, _ likely: LikelyPrice) -> String {
        let around = "and 3/7 of that around them"
        guard accelerator.price != nil else {
            return
                "no price of \(accelerator.name) is known: about \(likely.price.text), guessed by \(likely.like.map { "that of \($0)" } ?? "its kind") "
                + "and the bandwidth of both, \(around); give an offer"
        }
        return "GPUs at their price\(accelerator.priceYear.map { " of \($0)" } ?? ""), \(around)"
    }

    private static func machine(
        _ question: OwnershipDesk.Question, _ node: OwnedNode, _ accelerator: Accelerator, _ likely: LikelyPrice
    ) -> [OwnershipView.Assumption] {
        let years =
            "\(node.months / 12)"
            + (node.months % 12 == 0 ? "" : ".\("\(1_000 + node.months % 12 * 1_000 / 12)".dropFirst())")
        return [
            row(
                "price of the machine", node.price.text, Given.text(node.price), given: question.price != nil,
                question.price != nil ? "given" : priced(accelerator, likely), "price"),
            share("network, rack, storage", node.surroundings, question.surroundings, "assumed by Carrel", "surroundings"),
            row(
                "used for", "\(node.months) months", years, given: question.months != nil,
                question.months != nil ? "given" : "three to six years are usual", "years"),
            share("worth at the end", node.residual, question.residual, "assumed by Carrel", "residual"),
            share("upkeep a year", node.maintenance, question.maintenance, "assumed by Carrel", "maintenance"),
        ]
    }

    private static func running(_ question: OwnershipDesk.Question, _ node: OwnedNode) -> [OwnershipView.Assumption] {
        func either(_ given: Bool, _ source: String) -> String { given ? "given" : source }
        let price = Cost(micros: node.electricity.microsPerKilowattHour, currency: node.electricity.currency)
        let electricity = question.electricitySource ?? either(question.electricity != nil, "US average")
        return [
            row(
                "people and room a year", node.staff.text, Given.text(node.staff), given: question.staffPerYear != nil,
                either(question.staffPerYear != nil, "a quarter of a post for eight GPUs"), "staff"),
            row(
                "power at full load", "\(node.busyWatts) W", "\(node.busyWatts)", given: question.busyWatts != nil,
                either(question.busyWatts != nil, "GPUs are 0.7 of a machine's power"), "watts"),
            row(
                "power with nothing to do", "\(node.idleWatts) W", "\(node.idleWatts)", given: question.idleWatts != nil,
                either(question.idleWatts != nil, "idle GPUs draw 0.13 of theirs"), "idleWatts", option: "idle-watts"),
            row(
                "PUE of the room", thousandths(node.roomFactor), given: question.roomFactor != nil,
                either(question.roomFactor != nil, "Uptime Institute, average of 2024"), "pue"),
            row(
                "electricity", price.text + " a kWh", Given.text(price),
                given: question.electricity != nil && question.electricitySource == nil, electricity, "electricity"),
            share(
                "it works", node.availability, question.availability,
                question.isMeasured ? "downtime is in the measured use" : "assumed by Carrel", "availability",
                after: " of the time"),
        ]
    }

    private static func renting(
        _ question: OwnershipDesk.Question, _ rented: RentedDevice, _ rents: OwnershipRents
    ) -> [OwnershipView.Assumption] {
        [
            row(
                "rent an hour and GPU", rented.perHour.text, Given.text(rented.perHour), given: question.perGPUHour != nil,
                rents.source, "rent"),
            share("data out, storage, support", rented.extras, question.extras, rents.extrasSource, "extras"),
            share(
                "used of what is rented", rented.used, question.rentUsed, "all of it", "rentUsed", option: "rent-used"),
        ]
    }

    static func percent(_ thousandths: Int) -> String {
        thousandths % 10 == 0 ? "\(thousandths / 10) %" : "\(thousandths / 10).\(thousandths % 10) %"
    }

    private static func thousandths(_ number: Int) -> String {
        let rest = "\(1_000 + number % 1_000)".dropFirst()
        return "\(number / 1_000).\(rest)"
    }
}
