import FleetModel

/// Lines of one machine and month, added up exactly and rounded once. What was taken back is taken off.
struct BillSums {
    private struct Group {
        let entry: BillEntry
        /// The first one.
        let line: Int
        var from: CivilDate
        var until: CivilDate
        var hours = ExactNumber(pico: 0)
        var amount = ExactNumber(pico: 0)
        var isBeforeDiscounts = false
    }

    private var groups: [Group] = []
    private var places: [String: Int] = [:]
    private var marks: [(mark: UInt64, group: Int)] = []
    private var shared: [Shared] = []
    private var sharedPlaces: [String: Int] = [:]

    /// A machine's time that several lines name.
    private struct Shared {
        /// nil: all of it was taken in before.
        var group: Int?
        var parts: [Part] = []

        struct Part {
            let price: String?
            var before = ExactNumber(pico: 0)
            var all = ExactNumber(pico: 0)
        }

        /// The largest of all prices, less what counted before.
        var hours: ExactNumber {
            let all = parts.map(\.all.pico).max() ?? 0
            let before = parts.filter { $0.before.pico != 0 }.map(\.before.pico).max() ?? 0
            return ExactNumber(pico: all) + ExactNumber(pico: before).times(-1)
        }
    }

    /// Of what people use there are fewer by far.
    static let most = 10_000

    private static func key(_ entry: BillEntry) -> String {
        "\(entry.provider)\n\(entry.from.monthText)\n\(entry.machine?.instance ?? "")\n\(entry.machine?.accelerator ?? "")\n"
            + (entry.machine == nil ? entry.what : "")
    }

    /// - Returns: false: there are too many already; it was not added.
    mutating func add(_ entry: BillEntry, mark: UInt64, line: Int) -> Bool {
        let key = Self.key(entry), place: Int
        if let known = places[key] {
            place = known
        } else {
            guard groups.count < Self.most else { return false }
            place = groups.count
            places[key] = place
            groups.append(Group(entry: entry, line: line, from: entry.from, until: entry.until))
        }
        groups[place].from = min(groups[place].from, entry.from)
        groups[place].until = max(groups[place].until, entry.until)
        groups[place].amount = groups[place].amount + entry.amount
        if entry.isBeforeDiscounts { groups[place].isBeforeDiscounts = true }
        if let time = entry.sharedHours {
            let index = share(time, entry, isKnown: false)
            shared[index].group = place
        } else {
            groups[place].hours = groups[place].hours + entry.hours
        }
        marks.append((mark, place))
        return true
    }

    /// A line that was taken in before, whose time another line may name again.
    mutating func addKnown(_ entry: BillEntry) {
        if let time = entry.sharedHours { _ = share(time, entry, isKnown: true) }
    }

    private mutating func share(_ time: BillEntry.SharedHours, _ entry: BillEntry, isKnown: Bool) -> Int {
        let key = Self.key(entry) + "\n" + time.resource, index = sharedPlaces[key] ?? shared.count
        if index == shared.count {
            sharedPlaces[key] = index
            shared.append(Shared())
        }
        let same = time.price.flatMap { price in shared[index].parts.firstIndex { $0.price == price } }
        let part = same ?? shared[index].parts.count
        if same == nil { shared[index].parts.append(Shared.Part(price: time.price)) }
        shared[index].parts[part].all = shared[index].parts[part].all + entry.hours
        if isKnown { shared[index].parts[part].before = shared[index].parts[part].before + entry.hours }
        return index
    }

    /// The bill, the marks of its lines in order, and what can't be a bill with the first of its lines.
    var finished: (bill: CloudBill, marks: [UInt64], refused: [(line: Int, words: String)]) {
        var groups = groups, bill = CloudBill(), refused: [(line: Int, words: String)] = [], isRefused: [Bool] = []
        for time in shared {
            if let place = time.group { groups[place].hours = groups[place].hours + time.hours }
        }
        for group in groups {
            let amount = Cost(micros: group.amount.micros, currency: "USD")
            let words = Self.wrong(group, amount)
            isRefused.append(words != nil)
            if let words {
                refused.append((group.line, words))
            } else if let machine = group.entry.machine {
                // What was wholly taken back is nothing.
                guard group.hours.micros > 0 || amount.micros > 0 else { continue }
                bill.uses.append(
                    CloudBill.Use(
                        provider: group.entry.provider, instance: machine.instance, accelerator: machine.accelerator,
                        from: group.from, until: group.until, microHours: group.hours.micros, amount: amount,
                        isBeforeDiscounts: group.isBeforeDiscounts))
            } else if amount.micros > 0 {
                bill.extras.append(
                    CloudBill.Extra(
                        provider: group.entry.provider, what: group.entry.what, from: group.from, until: group.until,
                        amount: amount))
            }
        }
        return (bill, marks.filter { !isRefused[$0.group] }.map(\.mark), refused)
    }

    private static func wrong(_ group: Group, _ amount: Cost) -> String? {
        let name = group.entry.machine.map { $0.instance ?? $0.accelerator ?? "GPUs" } ?? group.entry.what
        let all = "all lines of \(name) in \(group.from.monthText) together"
        if group.amount.pico < 0 {
            return "\(all) are negative, \(amount.text): what they correct is not in this file, and none of them was taken"
        }
        guard group.entry.machine != nil else { return nil }
        if group.hours.pico < 0 {
            return "\(all) have fewer than 0 hours: what they correct is not in this file, and none of them was taken"
        }
        return group.hours.pico > 0 && amount.micros == 0 && group.amount.pico == 0
            ? "\(all) have hours and no amount: none of them was taken" : nil
    }
}
