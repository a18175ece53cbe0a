import FleetModel

/// What a file of a bill gave, and what it didn't.
package struct BillImport: Sendable {
    /// What a file's first line says it is.
    package enum Form: String, Sendable { case own, focus, aws }

    package let form: Form
    package var bill = CloudBill()
    /// Of each line that was taken, in order: by them the same lines are known again.
    package var marks: [UInt64] = []
    /// Lines that were taken before.
    package var repeated = 0
    /// Lines that can't be read, the first few with what is wrong.
    package var faults: [(line: Int, words: String)] = []
    package var faultCount = 0
    /// Lines that are neither GPUs nor what goes with them, by what they are.
    package var leftOut: [(what: String, lines: Int)] = []

    static let shownFaults = 5
}

/// Reads bills: a plain table of ours, FOCUS 1.x, and AWS' cost and usage report. Which it is, its first line says.
package enum BillReader {
    /// Why nothing of a file can be taken.
    package enum Failure: Error, Equatable, Sendable {
        case table(TableText.ParseError)
        case unknownForm
    }

    /// - Parameters:
    ///   - provider: whose bill it is, where its lines don't say.
    ///   - today: no line begins later.
    ///   - isKnown: whether a line was taken in before, by its mark.
    package static func read(
        _ text: String, provider: String? = nil, machines: BilledMachines, today: CivilDate,
        accelerator: @escaping (String) -> String?, isKnown: (UInt64) -> Bool
    ) throws(Failure) -> BillImport {
        var form: BillForm?, isFirst = true, sums = BillSums(), result: BillImport?
        var seen: [UInt64: Int] = [:]
        let surroundings = BillForm.Surroundings(
            provider: provider, machines: machines, today: today, accelerator: accelerator)
        do {
            try TableText.forEachRow(of: text) { line, fields in
                if isFirst {
                    isFirst = false
                    form = BillForm(columns: fields, surroundings)
                    result = form.map { BillImport(form: $0.kind) }
                    return
                }
                guard let form, result != nil else { return }
                guard fields.count == form.columnCount else {
                    result?.add(line, "it has \(fields.count) fields, the first line has \(form.columnCount)")
                    return
                }
                let row = BillRow(columns: form.columns, fields: fields)
                switch form.read(row) {
                case .leftOut(let what): result?.leaveOut(what)
                case .fault(let words): result?.add(line, words)
                case .taken(let entry):
                    // Two lines of one file may well be alike, and are two.
                    let plain = Self.mark(form.sameness(row, entry)), number = seen[plain, default: 0]
                    seen[plain] = number + 1
                    let mark = number == 0 ? plain : Self.mark("\(plain) \(number)")
                    if isKnown(mark) {
                        result?.repeated += 1
                    } else if sums.add(entry) {
                        result?.marks.append(mark)
                    } else {
                        result?.add(line, "there are more than \(BillSums.most) different machines and months in the file")
                    }
                }
            }
        } catch { throw .table(error) }
        guard !isFirst else { throw .table(.empty) }
        guard var result else { throw .unknownForm }
        result.bill = sums.bill
        return result
    }

    /// FNV-1a. Who deceives by it deceives themselves.
    package static func mark(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}

extension BillImport {
    fileprivate mutating func add(_ line: Int, _ words: String) {
        faultCount += 1
        if faults.count < Self.shownFaults { faults.append((line, words)) }
    }

    fileprivate mutating func leaveOut(_ what: String) {
        if let place = leftOut.firstIndex(where: { $0.what == what }) {
            leftOut[place].lines += 1
        } else {
            leftOut.append((what, 1))
        }
    }
}

/// What one line says.
enum BillLine {
    case taken(BillEntry)
    case leftOut(String)
    case fault(String)
}

/// A line that counts.
struct BillEntry {
    let provider: String
    /// nil: no GPUs, but what goes with them.
    let machine: Machine?
    /// Of an extra.
    let what: String
    let from: CivilDate
    let until: CivilDate
    /// Of GPUs.
    let hours: ExactNumber
    let amount: ExactNumber

    struct Machine {
        let instance: String?
        let accelerator: String?
    }

    /// Names are whatever the file says: they are shown on terminals.
    init(
        provider: String, machine: Machine?, what: String, from: CivilDate, until: CivilDate, hours: ExactNumber,
        amount: ExactNumber
    ) {
        self.provider = CloudBill.provider(BillForm.shown(provider))
        self.machine = machine.map {
            Machine(instance: $0.instance.map(BillForm.shown), accelerator: $0.accelerator)
        }
        self.what = BillForm.shown(what)
        (self.from, self.until, self.hours, self.amount) = (from, until, hours, amount)
    }
}

/// One row by its columns' folded names.
struct BillRow {
    let columns: [String: Int]
    let fields: [String]

    /// The first of some columns that is there and not empty.
    func text(_ names: String...) -> String? {
        for name in names {
            if let index = columns[name], !fields[index].isEmpty { return fields[index] }
        }
        return nil
    }

    func number(_ name: String) -> ExactNumber? { text(name).flatMap(ExactNumber.init(parsing:)) }
}

/// Lines of one machine and month, added up exactly and rounded once.
struct BillSums {
    private var groups: [(entry: BillEntry, from: CivilDate, until: CivilDate, hours: ExactNumber, amount: ExactNumber)] = []
    private var places: [String: Int] = [:]

    /// Of what people use there are fewer by far.
    static let most = 10_000

    /// - Returns: false: there are too many already; it was not added.
    mutating func add(_ entry: BillEntry) -> Bool {
        let key =
            "\(entry.provider)\n\(entry.from.monthText)\n\(entry.machine?.instance ?? "")\n\(entry.machine?.accelerator ?? "")\n"
            + (entry.machine == nil ? entry.what : "")
        guard let place = places[key] else {
            guard groups.count < Self.most else { return false }
            places[key] = groups.count
            groups.append((entry, entry.from, entry.until, entry.hours, entry.amount))
            return true
        }
        groups[place].from = min(groups[place].from, entry.from)
        groups[place].until = max(groups[place].until, entry.until)
        groups[place].hours = groups[place].hours + entry.hours
        groups[place].amount = groups[place].amount + entry.amount
        return true
    }

    var bill: CloudBill {
        var bill = CloudBill()
        for group in groups {
            let amount = Cost(micros: group.amount.micros, currency: "USD")
            if let machine = group.entry.machine {
                bill.uses.append(
                    CloudBill.Use(
                        provider: group.entry.provider, instance: machine.instance, accelerator: machine.accelerator,
                        from: group.from, until: group.until, microHours: group.hours.micros, amount: amount))
            } else if amount.micros > 0 {
                bill.extras.append(
                    CloudBill.Extra(
                        provider: group.entry.provider, what: group.entry.what, from: group.from, until: group.until,
                        amount: amount))
            }
        }
        return bill
    }
}
