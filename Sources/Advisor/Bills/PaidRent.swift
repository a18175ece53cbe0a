package import FleetModel

/// What was really paid a provider for an hour of one GPU in a month.
package struct PaidRent: Hashable, Sendable {
    package let provider: String
    /// nil: several, or not said.
    package let instance: String?
    /// nil: the bill doesn't say.
    package let accelerator: String?
    package let from: CivilDate
    package let until: CivilDate
    /// Millionths of an hour of one GPU.
    package let microHours: Int64
    package let amount: Cost
    /// What was paid beside all GPUs of that provider in that month, in thousandths of what was paid for them, whatever caused it;
    /// nil: the bills have no such lines, which says nothing of whether there was any.
    package let extras: Int?
    package let isBeforeDiscounts: Bool

    /// As much of it as counts without being given: more than this is other services' for the most part.
    package static let mostExtras = 250

    package var perHour: Cost {
        Cost(micros: Micros(amount.micros, times: 1_000_000, by: Int(max(1, microHours))).value, amount.currency)
    }

    /// `2026-10`, `2026-10-03 to 2026-10-17`: a bill of a whole month shows it alone.
    package var period: String {
        if from.day == 1, until.text == from.lastOfMonth.text { return from.monthText }
        return from.text == until.text ? from.text : "\(from.text) to \(until.text)"
    }

    /// Prices change: what ended more than 90 days ago is shown with a warning.
    package func isOld(on today: CivilDate) -> Bool { today.days - until.days > 90 }

    /// By provider, month and accelerator; the newest month first, and in it what was used most.
    package static func all(_ bill: CloudBill) -> [PaidRent] {
        var groups: [[CloudBill.Use]] = [], places: [String: Int] = [:]
        for use in bill.uses {
            let key = "\(use.provider.lowercased())\n\(use.from.monthText)\n\(use.accelerator ?? "")"
            if let place = places[key] {
                groups[place].append(use)
            } else {
                places[key] = groups.count
                groups.append([use])
            }
        }
        // What was paid on a machine beside its hours may be in a file of its own.
        return groups.filter { $0.contains { $0.microHours > 0 } }.map { rent($0, bill) }.sorted {
            ($1.from.monthText, $1.microHours, $0.provider) < ($0.from.monthText, $0.microHours, $1.provider)
        }
    }

    private static func rent(_ uses: [CloudBill.Use], _ bill: CloudBill) -> PaidRent {
        let first = uses[0]
        func belongs(_ provider: String, _ day: CivilDate) -> Bool {
            provider.lowercased() == first.provider.lowercased() && day.monthText == first.from.monthText
        }
        let extras = bill.extras.filter { belongs($0.provider, $0.from) }
        let beside = extras.reduce(Int64(0)) { $0.adding($1.amount.micros) }
        let gpus = bill.uses.filter { belongs($0.provider, $0.from) }.reduce(Int64(0)) { $0.adding($1.amount.micros) }
        let share = extras.isEmpty || gpus <= 0 ? nil : Micros(beside, times: 1_000, by: Int(gpus)).value
        return PaidRent(
            provider: first.provider, instance: uses.allSatisfy { $0.instance == first.instance } ? first.instance : nil,
            accelerator: first.accelerator, from: uses.map(\.from).min() ?? first.from,
            until: uses.map(\.until).max() ?? first.until,
            microHours: uses.reduce(0) { $0.adding($1.microHours) },
            amount: Cost(micros: uses.reduce(0) { $0.adding($1.amount.micros) }, first.amount.currency),
            extras: share.map { Int(max(0, $0)) }, isBeforeDiscounts: uses.contains(where: \.isBeforeDiscounts))
    }
}
