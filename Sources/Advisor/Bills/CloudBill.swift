package import FleetModel

/// What a provider was paid: for GPUs, and for what goes with them. Lines of one machine in one month are one.
package struct CloudBill: Hashable, Sendable {
    package var uses: [Use]
    package var extras: [Extra]

    package init(uses: [Use] = [], extras: [Extra] = []) {
        self.uses = uses
        self.extras = extras
    }

    /// Hours of GPUs that were paid for, busy or not.
    package struct Use: Hashable, Sendable {
        package let provider: String
        /// nil: the bill doesn't say.
        package let instance: String?
        /// As the catalogue names it; nil: the bill doesn't say.
        package let accelerator: String?
        package var from: CivilDate
        /// The last day.
        package var until: CivilDate
        /// Millionths of an hour of one GPU.
        package var microHours: Int64
        package var amount: Cost
        /// What the bill knows is from before discounts.
        package var isBeforeDiscounts: Bool

        package init(
            provider: String, instance: String?, accelerator: String?, from: CivilDate, until: CivilDate, microHours: Int64,
            amount: Cost, isBeforeDiscounts: Bool = false
        ) {
            self.provider = provider
            self.instance = instance
            self.accelerator = accelerator
            self.from = from
            self.until = until
            self.microHours = microHours
            self.amount = amount
            self.isBeforeDiscounts = isBeforeDiscounts
        }
    }

    /// Data that left, storage and the like.
    package struct Extra: Hashable, Sendable {
        package let provider: String
        /// `storage`, `data out`, `network`, `support`, or as the bill says.
        package let what: String
        package var from: CivilDate
        package var until: CivilDate
        package var amount: Cost

        package init(provider: String, what: String, from: CivilDate, until: CivilDate, amount: Cost) {
            self.provider = provider
            self.what = what
            self.from = from
            self.until = until
            self.amount = amount
        }
    }

    /// Providers as our table names them, however a bill does.
    package static func provider(_ name: String) -> String {
        let folded = name.lowercased()
        if folded == "amazon" || folded.hasPrefix("amazon web") || folded == "aws" { return "AWS" }
        if folded.hasPrefix("microsoft") || folded == "azure" { return "Azure" }
        if folded.hasPrefix("google") || folded == "gcp" { return "Google Cloud" }
        return name
    }
}

/// The machines that price tables name, to know the GPUs of what a bill only names.
package struct BilledMachines: Sendable {
    /// What a name stands for.
    package struct Machine: Hashable, Sendable {
        package let instance: String
        package let accelerator: String
        package let count: Int
    }

    private let machines: [String: Machine]

    /// - Parameter prices: where two know a name, the first is right.
    package init(_ prices: [RentalPrice]) {
        var machines: [String: Machine] = [:]
        for price in prices where machines[Self.folded(price.instance)] == nil {
            machines[Self.folded(price.instance)] = Machine(
                instance: price.instance, accelerator: price.accelerator, count: price.count)
        }
        self.machines = machines
    }

    /// Of a name alone: `p5.48xlarge`, `Standard_ND96isr_H100_v5`, `ND96isr H100 v5`.
    package func machine(_ name: String) -> Machine? { machines[Self.folded(name)] }

    /// Of a name within words: `$98.32 per On Demand Linux p5.48xlarge Instance Hour`.
    package func machine(within words: String) -> Machine? {
        if let machine = machine(words) { return machine }
        let parts = words.split { !($0.isLetter || $0.isNumber || $0 == "." || $0 == "-" || $0 == "_") }
        guard parts.count > 1, parts.count <= 100 else { return nil }
        for part in parts { if let machine = machine(String(part)) { return machine } }
        return nil
    }

    /// Small letters and digits; Azure's names come with and without what stands before them, and with a word for spare capacity.
    private static func folded(_ name: String) -> String {
        var text = name.lowercased()
        for end in [" spot", " low priority"] where text.hasSuffix(end) { text.removeLast(end.count) }
        if text.hasPrefix("standard_") || text.hasPrefix("standard ") { text.removeFirst(9) }
        return text.filter { $0.isLetter || $0.isNumber || $0 == "." }
    }
}
