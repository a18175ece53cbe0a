import FleetModel

/// What a provider's line says, whatever the form.
struct ProviderLine {
    let provider: String
    /// nil: no machine with GPUs that is known.
    let machine: BilledMachines.Machine?
    /// Of the machine. nil: something on it that was paid beside its hours.
    var hours: ExactNumber?
    /// By what it goes with GPUs, if it is no machine's.
    let extra: String?
    let amount: ExactNumber
    let days: (String?, String?)
    let currency: String?
    /// Where it may name GPUs.
    let texts: [String?]
    var isBeforeDiscounts = false
    var sharedHours: BillEntry.SharedHours?
}

extension BillForm {
    /// FOCUS, which all large providers write: what an hour cost in effect, commitments spread over what they cover.
    func focus(_ row: BillRow) -> BillLine {
        let cost = row.text("effectivecost", "billedcost")
        if let category = row.text("chargecategory"), category.lowercased() != "usage" {
            return .leftOut("credits, taxes, purchases and fees", inDollars(cost, row.text("billingcurrency")))
        }
        guard let provider = row.text("providername", "serviceprovidername", "provider") ?? around.provider else {
            return .fault("ProviderName is empty: say it with --provider")
        }
        let (amount, wrong) = amount(cost, "EffectiveCost")
        guard let amount else { return .fault(wrong) }
        let texts = [
            "xinstancetype", "skupricedetails", "skumeter", "xskumetername", "resourcetype", "chargedescription", "skuid",
            "xskudetails",
        ].map { row.text($0) }
        var machine: BilledMachines.Machine?
        for text in texts where machine == nil { machine = text.flatMap(around.machines.machine(within:)) }
        let extra = Self.extra([
            row.text("servicecategory"), row.text("servicename"), row.text("chargedescription"), row.text("skumeter"),
        ])
        let hours: ExactNumber?
        switch focusHours(row) {
        case .known(let number): hours = number
        case .others: hours = nil
        case .unreadable(let words):
            // Money that is given back may well have no hours.
            guard machine == nil || amount.pico < 0 else { return .fault(words) }
            hours = nil
        }
        // Storage and network of a machine go with it, whatever they name.
        if hours == nil, extra != nil { machine = nil }
        let resource = row.text("resourceid")
        let shared = resource.map {
            BillEntry.SharedHours(
                resource: "\($0)\n\(row.text("chargeperiodstart") ?? "")\n\(row.text("chargeperiodend") ?? "")",
                price: row.text("skuid", "skumeter", "xskumetername", "chargedescription"))
        }
        return line(
            ProviderLine(
                provider: provider, machine: machine, hours: hours, extra: extra, amount: amount,
                days: (row.text("chargeperiodstart"), row.text("chargeperiodend")), currency: row.text("billingcurrency"),
                texts: texts, sharedHours: shared))
    }

    private enum FocusHours {
        case known(ExactNumber)
        /// No hours of a machine: data, requests, licences, what of a commitment was not used.
        case others
        case unreadable(String)
    }

    /// A number and its unit are a pair: those of what was consumed, or else those of the price.
    private func focusHours(_ row: BillRow) -> FocusHours {
        if let category = row.text("servicecategory"), category.lowercased() != "compute" { return .others }
        if row.text("commitmentdiscountstatus")?.lowercased() == "unused" { return .others }
        let pairs = [("consumedquantity", "consumedunit"), ("pricingquantity", "pricingunit")].map {
            (row.text($0.0), row.text($0.1))
        }
        for (quantity, unit) in pairs {
            guard let number = quantity.flatMap(ExactNumber.init(parsing:)), let unit else { continue }
            if let hours = Self.hours(number, unit) { return .known(hours) }
        }
        let units = pairs.compactMap(\.1)
        guard units.isEmpty || units.contains(where: Self.isTime) || pairs.allSatisfy({ $0.0 == nil }) else {
            return .others
        }
        let (quantity, unit) = pairs.first { $0.0 != nil || $0.1 != nil } ?? (nil, nil)
        return .unreadable(
            "its hours can't be read: a quantity of '\(Self.shown(quantity ?? ""))' in '\(Self.shown(unit ?? ""))'")
    }

    /// AWS' report: what is covered by a plan or a reservation counts with what that costs in effect, after discounts where the
    /// report has them.
    func aws(_ row: BillRow) -> BillLine {
        let type = row.text("lineitemlineitemtype") ?? "Usage", currency = row.text("lineitemcurrencycode")
        let plain = row.text("lineitemunblendedcost")
        var net: String?, gross: String?
        switch type {
        case "Usage": (net, gross) = (row.text("lineitemnetunblendedcost"), plain)
        case "SavingsPlanCoveredUsage":
            net = row.text("savingsplannetsavingsplaneffectivecost")
            gross = row.text("savingsplansavingsplaneffectivecost")
            guard net ?? gross != nil else {
                return .leftOut("use under a savings plan, whose effective cost the file doesn't have", nil)
            }
        case "DiscountedUsage":
            (net, gross) = (row.text("reservationneteffectivecost"), row.text("reservationeffectivecost"))
            guard net ?? gross != nil else {
                return .leftOut("use under a reservation, whose effective cost the file doesn't have", nil)
            }
        case "RIFee": return unusedReservation(row)
        default: return .leftOut("credits, taxes, purchases and fees", inDollars(plain, currency))
        }
        let (amount, wrong) = amount(net ?? gross, "lineItem/UnblendedCost")
        guard let amount else { return .fault(wrong) }
        let (machine, isTime) = awsMachine(row)
        let usage = row.text("lineitemusagetype")
        let number = row.number("lineitemusageamount"), unit = row.text("pricingunit") ?? "Hrs"
        let hours = isTime ? number.flatMap { Self.hours($0, unit) } : nil
        if machine != nil, isTime, hours == nil, amount.pico > 0 {
            return .fault(
                "its hours can't be read: '\(Self.shown(row.text("lineitemusageamount") ?? ""))' in '\(Self.shown(unit))'")
        }
        let extra = Self.extra([
            row.text("productproductfamily"), usage, row.text("lineitemproductcode"),
            row.text("lineitemlineitemdescription"),
        ])
        return line(
            ProviderLine(
                provider: around.provider ?? "AWS", machine: machine, hours: hours, extra: isTime ? nil : extra,
                amount: amount, days: (row.text("lineitemusagestartdate"), row.text("lineitemusageenddate")),
                currency: currency,
                // A host's use names the family alone.
                texts: [
                    usage, row.text("productinstancetype"), row.text("lineitemlineitemdescription"),
                    isTime ? usage.map { $0 + "." } : nil,
                ],
                isBeforeDiscounts: net == nil))
    }

    /// What of a reservation nobody used was paid for its machine all the same, without an hour.
    private func unusedReservation(_ row: BillRow) -> BillLine {
        let prefix = columns["reservationnetunusedrecurringfee"] != nil ? "reservationnet" : "reservation"
        let parts = ["unusedrecurringfee", "unusedamortizedupfrontfeeforbillingperiod"].map { row.number(prefix + $0) }
        let unused = parts.reduce(ExactNumber(pico: 0)) { $0 + ($1 ?? ExactNumber(pico: 0)) }
        let (machine, _) = awsMachine(row)
        guard unused.pico != 0, machine != nil else {
            let plain = inDollars(row.text("lineitemunblendedcost"), row.text("lineitemcurrencycode"))
            return .leftOut("credits, taxes, purchases and fees", plain)
        }
        return line(
            ProviderLine(
                provider: around.provider ?? "AWS", machine: machine, hours: nil, extra: nil, amount: unused,
                days: (row.text("lineitemusagestartdate"), row.text("lineitemusagestartdate")),
                currency: row.text("lineitemcurrencycode"), texts: [],
                isBeforeDiscounts: prefix == "reservation"))
    }

    /// Uses of EC2 whose quantity is the time of a machine. Of all else on it, such as EMR and licences, only the amount counts.
    private static let awsTimes = [
        "BoxUsage", "SpotUsage", "DedicatedUsage", "ReservedBox", "HostUsage", "UnusedBox",
    ]

    /// The machine of a line, and whether its quantity is the machine's time. Data that a machine sends is written with its type,
    /// too, and is no use of it.
    private func awsMachine(_ row: BillRow) -> (BilledMachines.Machine?, isTime: Bool) {
        let isEC2 = row.text("lineitemproductcode").map { $0 == "AmazonEC2" } ?? true
        let type = row.text("productinstancetype")
        let named: String?, isTime: Bool
        if let usage = row.text("lineitemusagetype") {
            let parts = usage.split(separator: ":", maxSplits: 1)
            let kind = parts.first?.split(separator: "-").last.map(String.init) ?? ""
            isTime = isEC2 && Self.awsTimes.contains(kind)
            named = parts.count == 2 ? (isTime ? type : nil) ?? String(parts[1]) : isTime ? type : nil
        } else {
            (isTime, named) = (isEC2, type)
        }
        guard let named else { return (nil, isTime) }
        if let machine = around.machines.machine(named) { return (machine, isTime) }
        guard named == type, let count = row.text("productgpu").flatMap({ Int($0) }), (1...1_000).contains(count) else {
            return (nil, isTime)
        }
        return (BilledMachines.Machine(instance: named, accelerator: "", count: count), isTime)
    }

    private func line(_ line: ProviderLine) -> BillLine {
        let amount = line.amount, isUse = line.machine != nil
        guard isUse || line.extra != nil else {
            if amount.pico > 0, let words = gpuWords.first(in: line.texts) {
                return .fault(
                    "it names GPUs, '\(Self.shown(words))', of which no price table knows the machine: carrel catalog import takes one in, or carrel plan cost bill add enters it by hand"
                )
            }
            return .leftOut("other services, and machines without GPUs", inDollars(amount, line.currency))
        }
        guard amount.pico != 0 else {
            return .leftOut((line.hours?.pico ?? 0) > 0 ? "hours without a price of their own" : "free of charge", nil)
        }
        if let words = otherCurrency(line.currency) { return .fault(words) }
        let (period, wrong) = period(line.days.0, line.days.1)
        guard let period else { return .fault(wrong) }
        var hours = isUse ? line.hours ?? ExactNumber(pico: 0) : ExactNumber(pico: 0)
        if let said = line.hours, isUse, amount.pico > 0, said.pico <= 0 { return .fault("its hours are not above 0") }
        // Money that is given back gives no more hours.
        if amount.pico < 0, hours.pico > 0 { hours = ExactNumber(pico: 0) }
        var entry = BillEntry(
            provider: line.provider,
            machine: line.machine.map {
                BillEntry.Machine(instance: $0.instance, accelerator: $0.accelerator.isEmpty ? nil : $0.accelerator)
            }, what: isUse ? "" : line.extra ?? "other", from: period.0, until: period.1,
            hours: hours.times(line.machine?.count ?? 1), amount: amount)
        entry.isBeforeDiscounts = line.isBeforeDiscounts
        if isUse, line.hours != nil { entry.sharedHours = line.sharedHours }
        return .taken(entry)
    }

    /// nil: no amount of US dollars.
    private func inDollars(_ text: String?, _ currency: String?) -> ExactNumber? {
        text.flatMap(ExactNumber.init(parsing:)).flatMap { inDollars($0, currency) }
    }

    private func inDollars(_ amount: ExactNumber, _ currency: String?) -> ExactNumber? {
        otherCurrency(currency) == nil ? amount : nil
    }
}
