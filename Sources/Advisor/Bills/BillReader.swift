package import FleetModel

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
    package var leftOut: [LeftOut] = []

    /// Lines of one kind, and what they cost: who reads it sees whether a machine is among them.
    package struct LeftOut: Sendable {
        package let what: String
        package var lines: Int
        /// Of those in US dollars.
        package var amount: Cost
    }

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
        var form: BillForm?, isFirst = true, sums = BillSums(), leftOut = LeftOutLines(), result: BillImport?
        var seen: [UInt64: Int] = [:]
        let surroundings = BillForm.Surroundings(
            provider: provider, machines: machines, today: today, accelerator: accelerator,
            groupsByPoints: TableText.separator(of: text) == UInt8(ascii: ";"))
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
                case .leftOut(let what, let amount): leftOut.add(what, amount)
                case .fault(let words): result?.add(line, words)
                case .taken(let entry):
                    // Two lines of one file may well be alike, and are two.
                    let plain = Self.mark(form.sameness(row)), number = seen[plain, default: 0]
                    seen[plain] = number + 1
                    let mark = number == 0 ? plain : Self.mark("\(plain) \(number)")
                    if isKnown(mark) {
                        result?.repeated += 1
                        sums.addKnown(entry)
                    } else if !sums.add(entry, mark: mark, line: line) {
                        result?.add(line, "there are more than \(BillSums.most) different machines and months in the file")
                    }
                }
            }
        } catch { throw .table(error) }
        guard !isFirst else { throw .table(.empty) }
        guard var result else { throw .unknownForm }
        let (bill, marks, refused) = sums.finished
        (result.bill, result.marks) = (bill, marks)
        for (line, words) in refused { result.add(line, words) }
        result.leftOut = leftOut.kinds
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
}

/// Lines that don't count, by what they are.
private struct LeftOutLines {
    private var sums: [(what: String, lines: Int, amount: ExactNumber)] = []

    mutating func add(_ what: String, _ amount: ExactNumber?) {
        let amount = amount ?? ExactNumber(pico: 0)
        if let place = sums.firstIndex(where: { $0.what == what }) {
            sums[place].lines += 1
            sums[place].amount = sums[place].amount + amount
        } else {
            sums.append((what, 1, amount))
        }
    }

    var kinds: [BillImport.LeftOut] {
        sums.map {
            BillImport.LeftOut(what: $0.what, lines: $0.lines, amount: Cost(micros: $0.amount.micros, currency: "USD"))
        }
    }
}

/// What one line says.
enum BillLine {
    case taken(BillEntry)
    /// What it is, and what it cost in US dollars, if that is known.
    case leftOut(String, ExactNumber?)
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
    var isBeforeDiscounts = false
    /// nil: its hours are its own.
    var sharedHours: SharedHours?

    /// One machine's time may be billed in several lines, one for each price: it ran once.
    struct SharedHours {
        /// The machine and the time.
        let resource: String
        /// nil: not said, and so no other line's.
        let price: String?
    }

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
