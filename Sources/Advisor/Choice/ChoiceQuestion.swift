package import FleetModel

/// What accelerators are wanted for.
package struct ChoiceQuestion: Sendable {
    package var purpose: Purpose
    package let workload: Workload
    package let precision: Precision
    /// Of all devices together; nil: any.
    package var budget: Cost?
    /// How much more memory than today's work needs, in thousandths: 2000 is twice.
    package let growth: Int
    /// Today's work; nil: the purpose's least memory.
    package var memory: MemoryQuestion?
    /// The year in which it is bought.
    package let year: Int
    /// Whether what is only sold used is asked for, too.
    package var used: Bool
    /// What is there already need not be of the purpose's segments.
    var isOwned = false

    package init(
        purpose: Purpose, workload: Workload? = nil, precision: Precision = .bf16, budget: Cost? = nil, growth: Int = 1_000,
        memory: MemoryQuestion? = nil, year: Int, used: Bool = false
    ) {
        self.purpose = purpose
        self.workload = workload ?? purpose.usualWorkload
        self.precision = precision
        self.budget = budget
        self.growth = max(1_000, growth)
        self.memory = memory
        self.year = year
        self.used = used
    }

    /// The same of what is there already, which costs nothing.
    var ofOwn: Self {
        var own = self
        (own.budget, own.isOwned) = (nil, true)
        return own
    }
}
