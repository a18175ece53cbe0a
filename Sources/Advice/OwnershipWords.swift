import Advisor
import FleetModel
import WireModel

/// What is said about owning and renting.
enum OwnershipWords {
    static func verdict(_ both: OwnOrRent, busy: Int) -> String {
        guard let even = both.breakEven else {
            return "Renting is cheaper: electricity alone costs more than a rented hour."
        }
        let percent = "\(Int((min(even, 1e6) * 100).rounded())) %", now = "\(busy / 10) %"
        if even > 1 { return "Renting is cheaper at any use: owning would pay from \(percent) of the time." }
        return Double(busy) / 1_000 >= even
            ? "Owning is cheaper: in use \(now) of the time, it pays from \(percent) on."
            : "Renting is cheaper: in use \(now) of the time, owning pays from \(percent) on."
    }

    static func assumptions(
        _ question: OwnershipDesk.Question, _ both: OwnOrRent, _ rent: RentalPrice?
    ) -> [OwnershipView.Assumption] {
        let node = both.node
        func row(_ name: String, _ value: String, _ given: Bool, _ source: String, _ option: String)
            -> OwnershipView.Assumption
        {
            OwnershipView.Assumption(name: name, value: value, source: given ? "given" : source, option: option)
        }
        let rentSource = rent.map { "\($0.provider), \($0.instance), \($0.region), \($0.date.text)" } ?? "none"
        return [
            row(
                "price of the machine", node.price.text, question.price != nil,
                "GPUs at their price, and 3/7 of that around them", "--price"),
            row(
                "network, rack, storage", percent(node.surroundings), question.surroundings != nil, "ours", "--surroundings"),
            row("used for", "\(node.months) months", question.months != nil, "three to six years are usual", "--years"),
            row("worth at the end", percent(node.residual), question.residual != nil, "ours", "--residual"),
            row("upkeep a year", percent(node.maintenance), question.maintenance != nil, "ours", "--maintenance"),
            row(
                "people and room a year", node.staff.text, question.staffPerYear != nil,
                "a quarter of a post for eight GPUs", "--staff"),
            row(
                "power, busy and idle", "\(node.busyWatts) W, \(node.idleWatts) W", question.busyWatts != nil,
                "GPUs are 0.7 of a machine's power; idle they draw 0.13 of theirs", "--watts, --idle-watts"),
            row(
                "PUE of the room", thousandths(node.roomFactor), question.roomFactor != nil,
                "Uptime Institute, average of 2024", "--pue"),
            row(
                "electricity",
                Cost(micros: node.electricity.microsPerKilowattHour, currency: node.electricity.currency).text + " a kWh",
                question.electricity != nil, "US average", "--electricity"),
            row(
                "it works", percent(node.availability) + " of the time", question.availability != nil, "ours",
                "--availability"),
            row("rent an hour and GPU", both.rented.perHour.text, question.perGPUHour != nil, rentSource, "--rent"),
            row("data out, storage, support", percent(both.rented.extras), question.extras != nil, "none", "--extras"),
            row("used of what is rented", percent(both.rented.used), question.rentUsed != nil, "all of it", "--rent-used"),
        ]
    }

    private static func percent(_ thousandths: Int) -> String {
        thousandths % 10 == 0 ? "\(thousandths / 10) %" : "\(thousandths / 10).\(thousandths % 10) %"
    }

    private static func thousandths(_ number: Int) -> String {
        let rest = "\(1_000 + number % 1_000)".dropFirst()
        return "\(number / 1_000).\(rest)"
    }
}
