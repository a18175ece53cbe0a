package import FleetModel

/// Accelerators in the order in which they suit, and those that don't, with the reason.
package struct ChoiceAnswer: Sendable {
    package let chosen: [Candidate]
    package let leftOut: [LeftOut]
    /// Of one device, growth included.
    package let memory: MemoryBytes

    /// How much power counts in the order beside speed, in sixteenths.
    package static let powerSixteenths = 2
    /// What is left of the score of what needs other builds than CUDA's.
    package static let supportWithoutCUDA = 0.75

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
        /// How well it suits, of the best: what the order goes by.
        package let score: Double
    }

    /// One that doesn't.
    package struct LeftOut: Sendable {
        package let accelerator: Accelerator
        package let reason: Reason
    }

    /// Why not.
    package enum Reason: Hashable, Sendable {
        case segment(Accelerator.Segment)
        /// Its maker's next generation has long taken its place.
        case noLongerSold
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
        /// What its price was when it was new says little.
        case onlyUsed
    }

    package init(_ question: ChoiceQuestion, catalogue: Catalogue) {
        var chosen: [Candidate] = [], leftOut: [LeftOut] = []
        memory = Chooser.memory(question)
        for accelerator in catalogue.accelerators {
            let isSold = catalogue.isSold(accelerator, in: question.year)
            switch Chooser.judge(accelerator, question, memory, isSold: isSold) {
            case .success(let candidate): chosen.append(candidate)
            case .failure(let refusal): leftOut.append(LeftOut(accelerator: accelerator, reason: refusal.reason))
            }
        }
        let fastest = chosen.map(\.speed).max() ?? 1, best = chosen.map(\.score).max() ?? 1
        self.chosen =
            chosen.map { $0.relative(to: fastest, best) }
            .sorted { $0.score != $1.score ? $0.score > $1.score : $0.accelerator.name < $1.accelerator.name }
        self.leftOut = leftOut
    }
}

extension ChoiceAnswer.Candidate {
    func relative(to fastest: Double, _ best: Double) -> Self {
        Self(
            accelerator: accelerator, count: count, price: price, speed: fastest > 0 ? speed / fastest : 0, watts: watts,
            host: host, remarks: remarks, score: best > 0 ? score / best : 0)
    }
}
