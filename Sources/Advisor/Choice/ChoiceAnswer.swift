package import FleetModel

/// Accelerators in the order in which they suit, and those that don't, with the reason.
package struct ChoiceAnswer: Sendable {
    package let chosen: [Candidate]
    package let leftOut: [LeftOut]
    /// Of one device, growth included.
    package let memory: MemoryBytes

    /// One that suits.
    package struct Candidate: Sendable {
        package let accelerator: Accelerator
        /// So many are needed for the memory.
        package let count: Int
        /// Of all together; nil: no price is known.
        package let price: Cost?
        /// Speed of all together, of the fastest candidate's.
        package let speed: Double
        /// Of all together at full load.
        package let watts: Double?
        package let host: HostNeeds
        package let remarks: [Remark]
        let score: Double
    }

    /// One that doesn't.
    package struct LeftOut: Sendable {
        package let accelerator: Accelerator
        package let reason: Reason
    }

    /// Why not.
    package enum Reason: Hashable, Sendable {
        case segment(Accelerator.Segment)
        case tooOld(year: Int)
        /// The compute capability that today's frameworks no longer build for.
        case unsupported(String)
        case tooLittleMemory(MemoryBytes)
        case overBudget(Cost)
        case priceUnknown
        case rateUnknown
        /// Sold soldered into a server, and not as a card.
        case module
    }

    /// What to know before buying.
    package enum Remark: String, Sendable {
        /// PyTorch and JAX have builds for ROCm; not every library does.
        case needsROCm
        /// NVIDIA's licence for GeForce drivers excludes data centres.
        case notForDataCentres
        /// No tensor cores: mixed precision saves memory and little time.
        case noTensorCores
        case oldPrice
        /// A module: it comes with a server around it.
        case onlyInServers
    }

    package init(_ question: ChoiceQuestion, catalogue: Catalogue) {
        var chosen: [Candidate] = [], leftOut: [LeftOut] = []
        memory = Chooser.memory(question)
        for accelerator in catalogue.accelerators {
            switch Chooser.judge(accelerator, question, memory) {
            case .success(let candidate): chosen.append(candidate)
            case .failure(let refusal): leftOut.append(LeftOut(accelerator: accelerator, reason: refusal.reason))
            }
        }
        let fastest = chosen.map(\.speed).max() ?? 1
        self.chosen =
            chosen.map { $0.relative(to: fastest) }
            .sorted { $0.score != $1.score ? $0.score > $1.score : $0.accelerator.name < $1.accelerator.name }
        self.leftOut = leftOut
    }
}

extension ChoiceAnswer.Candidate {
    func relative(to fastest: Double) -> Self {
        Self(
            accelerator: accelerator, count: count, price: price, speed: fastest > 0 ? speed / fastest : 0, watts: watts,
            host: host, remarks: remarks, score: score)
    }
}
