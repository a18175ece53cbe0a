package import FleetModel

/// What accelerators are wanted for.
package struct ChoiceQuestion: Sendable {
    package let purpose: Purpose
    package let workload: Workload
    package let precision: Precision
    /// Of all devices together; nil: any.
    package let budget: Cost?
    /// How much more memory than today's work needs, in thousandths: 2000 is twice.
    package let growth: Int
    /// Today's work; nil: the purpose's least memory.
    package let memory: MemoryQuestion?
    /// The year in which it is bought.
    package let year: Int
    /// Whether what is only sold used is asked for, too.
    package let used: Bool
    /// What is there already need not be of the purpose's segments.
    let isOwned: Bool

    package init(
        purpose: Purpose, workload: Workload? = nil, precision: Precision = .bf16, budget: Cost? = nil, growth: Int = 1_000,
        memory: MemoryQuestion? = nil, year: Int, used: Bool = false, isOwned: Bool = false
    ) {
        self.purpose = purpose
        self.workload = workload ?? purpose.usualWorkload
        self.precision = precision
        self.budget = budget
        self.growth = max(1_000, growth)
        self.memory = memory
        self.year = year
        self.used = used
        self.isOwned = isOwned
    }

    /// The same of what is there already, which costs nothing.
    var ofOwn: Self {
        Self(
            purpose: purpose, workload: workload, precision: precision, growth: growth, memory: memory, year: year,
            used: true, isOwned: true)
    }

    /// The same, with another way to do the work.
    package func with(_ memory: MemoryQuestion) -> Self {
        Self(
            purpose: purpose, workload: workload, precision: precision, budget: budget, growth: growth, memory: memory,
            year: year, used: used)
    }

    /// The same for another purpose.
    package func with(_ purpose: Purpose) -> Self {
        Self(
            purpose: purpose, workload: workload, precision: precision, budget: budget, growth: growth, memory: memory,
            year: year, used: used)
    }

    /// The same, with what is only sold used.
    package var withUsed: Self {
        Self(
            purpose: purpose, workload: workload, precision: precision, budget: budget, growth: growth, memory: memory,
            year: year, used: true)
    }
}
