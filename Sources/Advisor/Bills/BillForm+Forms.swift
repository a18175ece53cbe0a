import FleetModel

extension BillForm {
    /// Ours: provider, month or from and to, instance, gpu, gpus, hours or gpu-hours, amount, currency, what.
    func own(_ row: BillRow) -> BillLine {
        guard let provider = row.text("provider") ?? around.provider else {
            return .fault("provider is empty: say it there, or with --provider")
        }
        if let words = otherCurrency(row.text("currency")) { return .fault(words) }
        let (amount, wrong) = amount(row.text("amount"), "amount")
        guard let amount else { return .fault(wrong) }
        guard amount.pico >= 0 else { return .fault("its amount is negative") }
        let (days, fault) = ownPeriod(row)
        guard let days else { return .fault(fault) }
        func entry(_ machine: BillEntry.Machine?, _ hours: ExactNumber, _ what: String = "") -> BillLine {
            .taken(
                BillEntry(
                    provider: provider, machine: machine, what: what, from: days.0, until: days.1,
                    hours: hours, amount: amount))
        }
        let instance = row.text("instance"), gpu = row.text("gpu", "accelerator")
        let hours = row.text("hours"), gpuHours = row.text("gpuhours")
        if instance == nil, gpu == nil, hours == nil, gpuHours == nil {
            return entry(nil, ExactNumber(pico: 0), row.text("what", "service") ?? "other")
        }
        guard let text = gpuHours ?? hours, let number = ExactNumber(parsing: text), number.pico > 0 else {
            return .fault("its hours '\(Self.shown(gpuHours ?? hours ?? ""))' are no number above 0")
        }
        let known = instance.flatMap { around.machines.machine($0) }
        if let gpu, around.accelerator(gpu) == nil { return .fault("no GPU is called '\(Self.shown(gpu))'") }
        let machine = BillEntry.Machine(
            instance: known?.instance ?? instance, accelerator: gpu.flatMap(around.accelerator) ?? known?.accelerator)
        if gpuHours != nil { return entry(machine, number) }
        let written = row.text("gpus").map { Int($0) ?? -1 }
        if written == 0 { return .leftOut("machines without GPUs") }
        guard let count = written ?? known?.count, (1...100_000).contains(count) else {
            return .fault(
                "how many GPUs '\(Self.shown(instance ?? gpu ?? ""))' has is not known: say it in a column gpus, or hours of GPUs in gpu-hours"
            )
        }
        return entry(machine, number.times(count))
    }

    private func ownPeriod(_ row: BillRow) -> ((CivilDate, CivilDate)?, String) {
        if let month = row.text("month") {
            guard let first = CivilDate(month), !first.hasDay else {
                return (nil, "month '\(Self.shown(month))' is none: write 2026-10")
            }
            guard first <= around.today else { return (nil, "\(first.text) is to come") }
            return ((first.firstOfMonth, first.lastOfMonth), "")
        }
        guard let from = row.text("from").flatMap({ CivilDate($0) }),
            let to = CivilDate(row.text("to", "until") ?? from.text), from.hasDay, to.hasDay, from <= to
        else { return (nil, "its days are none: write month 2026-10, or from 2026-10-01 and to 2026-10-31") }
        guard from <= around.today else { return (nil, "it begins on \(from.text), which is to come") }
        return ((from, to), "")
    }

    /// FOCUS, which all large providers write: what an hour cost in effect, commitments spread over what they cover.
    func focus(_ row: BillRow) -> BillLine {
        if let category = row.text("chargecategory"), category.lowercased() != "usage" {
            return .leftOut("credits, taxes, purchases and fees")
        }
        guard let provider = row.text("providername", "serviceprovidername", "provider") ?? around.provider else {
            return .fault("ProviderName is empty: say it with --provider")
        }
        let (amount, wrong) = amount(row.text("effectivecost", "billedcost"), "EffectiveCost")
        guard let amount else { return .fault(wrong) }
        let names = [
            "xinstancetype", "skupricedetails", "skumeter", "xskumetername", "resourcetype", "chargedescription", "skuid",
            "xskudetails",
        ]
        var machine: BilledMachines.Machine?
        for name in names where machine == nil { machine = row.text(name).flatMap(around.machines.machine(within:)) }
        let quantity = row.number("consumedquantity") ?? row.number("pricingquantity")
        let unit = row.text("consumedquantity") == nil ? row.text("pricingunit") : row.text("consumedunit")
        let hours = quantity.flatMap { quantity in unit.flatMap { Self.hours(quantity, $0) } }
        let extra = Self.extra([
            row.text("servicecategory"), row.text("servicename"), row.text("chargedescription"), row.text("skumeter"),
        ])
        let from = row.text("chargeperiodstart"), to = row.text("chargeperiodend")
        let name = row.text("xinstancetype", "skumeter")
        return line(
            row, provider, machine, hours, extra, amount, (from, to), currency: row.text("billingcurrency"), name: name)
    }

    /// AWS' report: what is covered by a plan or a reservation counts with what that costs in effect.
    func aws(_ row: BillRow) -> BillLine {
        let type = row.text("lineitemlineitemtype") ?? "Usage"
        var cost = row.text("lineitemunblendedcost")
        switch type {
        case "Usage": break
        case "SavingsPlanCoveredUsage":
            guard let effective = row.text("savingsplansavingsplaneffectivecost") else {
                return .leftOut("use under a savings plan, whose effective cost the file doesn't have")
            }
            cost = effective
        case "DiscountedUsage":
            guard let effective = row.text("reservationeffectivecost") else {
                return .leftOut("use under a reservation, whose effective cost the file doesn't have")
            }
            cost = effective
        default: return .leftOut("credits, taxes, purchases and fees")
        }
        let (amount, wrong) = amount(cost, "lineItem/UnblendedCost")
        guard let amount else { return .fault(wrong) }
        let usage = row.text("lineitemusagetype"), unit = row.text("pricingunit")
        let name = row.text("productinstancetype") ?? usage.flatMap(Self.instance(ofUsage:))
        // Data that a machine sends is written with its type too.
        let isMachine = usage.map { Self.instance(ofUsage: $0) != nil } ?? true
        var machine = isMachine ? name.flatMap { around.machines.machine($0) } : nil
        let count = row.text("productgpu").flatMap { Int($0) }
        if machine == nil, isMachine, let name, let count, (1...1_000).contains(count) {
            machine = BilledMachines.Machine(instance: name, accelerator: "", count: count)
        }
        let hours = row.number("lineitemusageamount").flatMap { Self.hours($0, unit ?? "Hrs") }
        let extra = Self.extra([
            row.text("productproductfamily"), usage, row.text("lineitemproductcode"),
            row.text("lineitemlineitemdescription"),
        ])
        return line(
            row, around.provider ?? "AWS", machine, hours, isMachine && name != nil ? nil : extra, amount,
            (row.text("lineitemusagestartdate"), row.text("lineitemusageenddate")),
            currency: row.text("lineitemcurrencycode"), name: isMachine ? name : nil)
    }

    /// `p5.48xlarge` of `USE1-BoxUsage:p5.48xlarge`; nil: no hours of a machine.
    private static func instance(ofUsage usage: String) -> String? {
        let parts = usage.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[0].hasSuffix("Usage"), !parts[0].hasSuffix("VolumeUsage"),
            !parts[0].hasSuffix("SnapshotUsage")
        else { return nil }
        return String(parts[1])
    }

    private func line(
        _ row: BillRow, _ provider: String, _ machine: BilledMachines.Machine?, _ hours: ExactNumber?, _ extra: String?,
        _ amount: ExactNumber, _ days: (String?, String?), currency: String?, name: String?
    ) -> BillLine {
        let isUse = machine != nil && hours != nil
        guard isUse || extra != nil else {
            if hours != nil, amount.pico > 0, let name, BilledMachines.looksLikeGPUs(name) {
                return .fault(
                    "no price table knows the GPUs of \(Self.shown(name)): carrel catalog import takes one in")
            }
            return .leftOut("other services, and machines without GPUs")
        }
        guard amount.pico >= 0 else { return .leftOut("negative amounts") }
        guard amount.pico > 0 else { return .leftOut(isUse ? "hours without a price of their own" : "free of charge") }
        if let words = otherCurrency(currency) { return .fault(words) }
        let (period, wrong) = period(days.0, days.1)
        guard let period else { return .fault(wrong) }
        if let hours, isUse, hours.pico <= 0 { return .fault("its hours are not above 0") }
        let used = isUse ? machine : nil
        return .taken(
            BillEntry(
                provider: provider,
                machine: used.map {
                    BillEntry.Machine(instance: $0.instance, accelerator: $0.accelerator.isEmpty ? nil : $0.accelerator)
                }, what: isUse ? "" : extra ?? "other", from: period.0, until: period.1,
                hours: isUse ? (hours ?? ExactNumber(pico: 0)).times(machine?.count ?? 1) : ExactNumber(pico: 0),
                amount: amount))
    }
}
