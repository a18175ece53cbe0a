package import FleetModel

/// Accelerators in the order in which they suit, and those that don't, with the reason.
package struct ChoiceAnswer: Sendable {
    package let chosen: [Candidate]
    package let leftOut: [LeftOut]
    /// What there is already, whatever it costs and whether it is still sold; as it was given.
    package let owned: [Owned]
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
        /// In its place, where none is known.
        package let likelyPrice: LikelyPrice?
        /// Speed of all together, of the fastest candidate's.
        package fileprivate(set) var speed: Double
        /// Of all together at full load.
        package let watts: Double?
        package let host: HostNeeds
        package let remarks: [Remark]
        /// How well it suits, of the best: what the order goes by.
        package fileprivate(set) var score: Double
    }

    /// One model of those that are there.
    package struct Owned: Sendable {
        package let stock: Stock
        package let judged: Result<Candidate, Refusal>
        /// Of the fastest one's to be bought; nil: it doesn't hold the work, or none is to be bought.
        package let speed: Double?
    }

    /// How many of a model there are.
    package struct Stock: Sendable {
        package let accelerator: Accelerator
        package let count: Int
        /// Those in the machine that has the most: work is not shared between machines here.
        package let inOneMachine: Int

        package init(_ accelerator: Accelerator, count: Int, inOneMachine: Int) {
            self.accelerator = accelerator
            self.count = count
            self.inOneMachine = inOneMachine
        }
    }

    /// Why not, as an error.
    package struct Refusal: Error {
        package let reason: Reason
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
        /// Whether the price is known, or guessed.
        case overBudget(Cost, isKnown: Bool)
        /// It comes out later.
        case notYetSold
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

    /// - Parameter pool: what there is already.
    package init(_ question: ChoiceQuestion, catalogue: Catalogue, pool: [Stock] = []) {
        var chosen: [Candidate] = [], leftOut: [LeftOut] = []
        let memory = Chooser.memory(question)
        self.memory = memory
        for accelerator in catalogue.accelerators {
            switch Chooser.judge(accelerator, question, memory, catalogue) {
            case .success(let candidate): chosen.append(candidate)
            case .failure(let refusal): leftOut.append(LeftOut(accelerator: accelerator, reason: refusal.reason))
            }
        }
        let fastest = chosen.map(\.speed).max(), best = chosen.map(\.score).max()
        for index in chosen.indices {
            chosen[index].speed = Self.part(chosen[index].speed, of: fastest) ?? 0
            chosen[index].score = Self.part(chosen[index].score, of: best) ?? 0
        }
        self.chosen = chosen.sorted {
            $0.score != $1.score ? $0.score > $1.score : $0.accelerator.name < $1.accelerator.name
        }
        self.leftOut = leftOut
        owned = pool.map { stock in
            let judged = Chooser.judge(stock.accelerator, question.ofOwn, memory, catalogue)
            guard case .success(let candidate) = judged else { return Owned(stock: stock, judged: judged, speed: nil) }
            return Owned(stock: stock, judged: judged, speed: Self.part(candidate.speed, of: fastest))
        }
    }

    /// nil: there is no most.
    private static func part(_ amount: Double, of most: Double?) -> Double? {
        most.flatMap { $0 > 0 ? amount / $0 : nil }
    }
}
