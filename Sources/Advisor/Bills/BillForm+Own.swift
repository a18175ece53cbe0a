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
        if let words = (gpuHours ?? hours).flatMap({ twofold($0, "its hours") }) { return .fault(words) }
        guard let text = gpuHours ?? hours, let number = ExactNumber(parsing: text), number.pico != 0 else {
            return .fault("its hours '\(Self.shown(gpuHours ?? hours ?? ""))' are no number above 0")
        }
        guard amount.pico != 0 else { return .fault("its amount is 0: hours that cost nothing are no rent") }
        // What is taken back has both below 0.
        guard (number.pico < 0) == (amount.pico < 0) else {
            return .fault("its \(number.pico < 0 ? "hours are" : "amount is") negative, and the other is not")
        }
        let known = instance.flatMap { around.machines.machine($0) }
        if let gpu, around.accelerator(gpu) == nil { return .fault("no GPU is called '\(Self.shown(gpu))'") }
        let machine = BillEntry.Machine(
            instance: known?.instance ?? instance, accelerator: gpu.flatMap(around.accelerator) ?? known?.accelerator)
        if gpuHours != nil { return entry(machine, number) }
        let written = row.text("gpus").map { Int($0) ?? -1 }
        if let written, written < 0 { return .fault("its gpus '\(Self.shown(row.text("gpus") ?? ""))' are no count") }
        if written == 0 { return .leftOut("machines without GPUs", amount) }
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
        if let words = toCome(from, to) { return (nil, words) }
        return ((from, to), "")
    }
}
