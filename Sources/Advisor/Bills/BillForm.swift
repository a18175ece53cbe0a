import FleetModel

/// How the columns of a bill are to be read.
struct BillForm {
    struct Surroundings {
        let provider: String?
        let machines: BilledMachines
        let today: CivilDate
        let accelerator: (String) -> String?
        /// Fields are separated as where the comma is the decimal sign: `5.000` may be five thousand there.
        let groupsByPoints: Bool
    }

    let kind: BillImport.Form
    let columns: [String: Int]
    let columnCount: Int
    let around: Surroundings
    let gpuWords: GPUWords
    /// Those that make a line the same line in another file.
    private let markColumns: [Int?]

    /// nil: none of those that are known.
    init?(columns names: [String], _ around: Surroundings) {
        var columns: [String: Int] = [:]
        // AWS writes `lineItem/UsageAmount` and, in its second report, `line_item_usage_amount`.
        for (index, name) in names.enumerated() {
            let folded = name.lowercased().filter { $0.isLetter || $0.isNumber }
            if columns[folded] == nil { columns[folded] = index }
        }
        if columns["lineitemusagestartdate"] != nil, columns["lineitemunblendedcost"] != nil {
            kind = .aws
        } else if columns["chargeperiodstart"] != nil, columns["effectivecost"] != nil || columns["billedcost"] != nil {
            kind = .focus
        } else if columns["amount"] != nil, columns["month"] != nil || columns["from"] != nil {
            kind = .own
        } else {
            return nil
        }
        self.columns = columns
        columnCount = names.count
        self.around = around
        gpuWords = GPUWords(accelerator: around.accelerator)
        markColumns = Self.markNames(kind).map { columns[$0] }
    }

    func read(_ row: BillRow) -> BillLine {
        switch kind {
        case .own: own(row)
        case .focus: focus(row)
        case .aws: aws(row)
        }
    }

    /// What makes a line the same line in another file: its own fields alone. What tables know of them, and whose bill it is said
    /// to be, may change.
    func sameness(_ row: BillRow) -> String {
        kind.rawValue + "\n" + markColumns.map { $0.map { row.fields[$0].lowercased() } ?? "" }.joined(separator: "\n")
    }

    private static func markNames(_ kind: BillImport.Form) -> [String] {
        switch kind {
        case .own:
            [
                "provider", "month", "from", "to", "until", "instance", "gpu", "accelerator", "gpus", "hours", "gpuhours",
                "amount", "currency", "what", "service",
            ]
        case .focus:
            [
                "providername", "billingaccountid", "subaccountid", "resourceid", "regionid", "availabilityzone", "skuid",
                "skupriceid", "skumeter", "chargecategory", "chargeclass", "chargedescription", "chargeperiodstart",
                "chargeperiodend", "consumedquantity", "consumedunit", "pricingquantity", "pricingunit", "pricingcategory",
                "commitmentdiscountid", "commitmentdiscountstatus", "effectivecost", "billedcost", "billingcurrency",
            ]
        case .aws:
            [
                "identitylineitemid", "billpayeraccountid", "lineitemusageaccountid", "lineitemlineitemtype",
                "lineitemresourceid", "lineitemproductcode", "lineitemusagetype", "lineitemoperation",
                "lineitemavailabilityzone", "lineitemusagestartdate", "lineitemusageenddate", "lineitemusageamount",
                "lineitemcurrencycode", "lineitemunblendedcost", "lineitemnetunblendedcost",
                "savingsplansavingsplaneffectivecost", "savingsplannetsavingsplaneffectivecost",
                "reservationeffectivecost", "reservationneteffectivecost", "reservationunusedrecurringfee",
                "reservationunusedamortizedupfrontfeeforbillingperiod",
            ]
        }
    }

    // MARK: What all forms share

    /// An amount of US dollars, or what is wrong.
    func amount(_ text: String?, _ column: String) -> (ExactNumber?, String) {
        guard let text else { return (nil, "\(column) is empty") }
        if let words = twofold(text, column) { return (nil, words) }
        guard let amount = ExactNumber(parsing: text) else {
            let words = text.contains(",") ? " without commas: the decimal sign is a point" : ""
            return (nil, "\(column) '\(Self.shown(text))' is no amount: write 12345.67\(words)")
        }
        return (amount, "")
    }

    /// What is wrong with a number that is two to different readers; nil: it is one.
    func twofold(_ text: String, _ column: String) -> String? {
        let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
        guard around.groupsByPoints, parts.count == 2, parts[1].utf8.count == 3,
            parts.joined().utf8.allSatisfy({ (48...57).contains($0) }), (1...3).contains(parts[0].utf8.count),
            parts[0] != "0"
        else { return nil }
        return
            "\(column) '\(Self.shown(text))' may be thousands or a fraction: write thousands as 5000, and fractions as 5.0000"
    }

    /// nil: US dollars, or nothing said.
    func otherCurrency(_ text: String?) -> String? {
        guard let text, text.uppercased() != "USD" else { return nil }
        return "its amount is in \(Self.shown(text)), and only US dollars are added up: convert it"
    }

    /// Both days of a line, the last one included; nil with what is wrong.
    func period(_ start: String?, _ end: String?) -> ((CivilDate, CivilDate)?, String) {
        guard let start, let from = CivilDate(String(start.prefix(10))) else {
            return (nil, "its first day '\(Self.shown(start ?? ""))' is none: write 2026-10-01")
        }
        guard let end, let after = CivilDate(String(end.prefix(10))) else {
            return toCome(from, from).map { (nil, $0) } ?? ((from, from), "")
        }
        // What ends at midnight ends with the day before.
        let isMidnight = end.utf8.count == 10 || end.dropFirst(11).hasPrefix("00:00")
        let last = max(from, isMidnight ? after.dayBefore : after)
        return toCome(from, last).map { (nil, $0) } ?? ((from, last), "")
    }

    /// Bills are of a month that began; nil: so is this.
    func toCome(_ from: CivilDate, _ last: CivilDate) -> String? {
        if from > around.today { return "it begins on \(from.text), which is to come" }
        return last > around.today.lastOfMonth ? "it ends on \(last.text), after this month" : nil
    }

    /// At most sixty of its characters, none of which moves a cursor.
    static func shown(_ text: String) -> String {
        if text.utf8.count <= 60, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
        let scalars = text.unicodeScalars.prefix(60).filter {
            switch $0.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: false
            default: true
            }
        }
        return String(String.UnicodeScalarView(scalars)) + (text.unicodeScalars.count > 60 ? "…" : "")
    }

    /// What goes with GPUs: `storage`, `data out`, `network`, `support`; nil: something else.
    static func extra(_ words: [String?]) -> String? {
        // Asked of every line of a long file: bytes are compared, and no characters.
        var bytes: [UInt8] = []
        for word in words {
            for byte in (word ?? "").utf8 { bytes.append((65...90).contains(byte) ? byte + 32 : byte) }
            bytes.append(32)
        }
        return kinds.first { $0.words.contains { Self.contains(bytes, $0) } }?.name
    }

    private static let kinds: [(name: String, words: [[UInt8]])] = [
        ("data out", ["data transfer", "datatransfer", "data-transfer", "-bytes", "egress", "bandwidth"]),
        ("storage", ["storage", "ebs:", "volumeusage", "snapshot", "managed disk", "amazons3", "timedstorage"]),
        ("network", ["network", "natgateway", "loadbalanc", "load balanc", "ip address", "publicip"]),
        ("support", ["support"]),
    ].map { ($0.0, $0.1.map { Array($0.utf8) }) }

    private static func contains(_ text: [UInt8], _ word: [UInt8]) -> Bool {
        guard let first = word.first, text.count >= word.count else { return false }
        for start in 0...(text.count - word.count) where text[start] == first {
            var length = 1
            while length < word.count, text[start + length] == word[length] { length += 1 }
            if length == word.count { return true }
        }
        return false
    }

    /// Hours of so much of a unit: `Hrs`, `1 Hour`, `1,000 Hours`, `Minutes`; nil: no unit of time.
    static func hours(_ quantity: ExactNumber, _ unit: String) -> ExactNumber? {
        let text = unit.lowercased().drop { $0 == " " }, written = text.prefix { $0.isNumber || $0 == "," }
        let digits = written.filter { $0 != "," }
        let block = digits.isEmpty ? 1 : Int(digits).flatMap { (1...1_000_000).contains($0) ? $0 : nil }
        guard let block else { return nil }
        switch text.dropFirst(written.count).drop(while: { $0 == " " || $0 == "/" }) {
        case "hours", "hour", "hrs", "hr", "h", "instance hours", "instance-hours": return quantity.times(block)
        case "minutes", "minute", "mins", "min": return quantity.times(block, by: 60)
        case "seconds", "second", "secs", "sec", "s": return quantity.times(block, by: 3_600)
        default: return nil
        }
    }

    /// Whether a unit is one of time, also where it can't be read.
    static func isTime(_ unit: String) -> Bool {
        let text = unit.lowercased()
        return ["hour", "hr", "minute", "second"].contains { text.contains($0) } && !text.contains("gb")
            && !text.contains("gib")
    }
}
