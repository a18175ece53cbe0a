import FleetModel

/// Judges one accelerator for a question.
enum Chooser {
    typealias Refusal = ChoiceAnswer.Refusal

    /// What one device should have at least.
    static func memory(_ question: ChoiceQuestion) -> MemoryBytes {
        guard let work = question.memory else { return grown(question.purpose.leastMemory, question.growth) }
        return grown(
            MemoryBytes(Micros(MemoryEstimator.estimate(work).safe.bytes, times: 100, by: 94).value), question.growth)
    }

    private static func grown(_ memory: MemoryBytes, _ growth: Int) -> MemoryBytes {
        MemoryBytes(Micros(memory.bytes, times: growth, by: 1_000).value)
    }

    static func judge(
        _ accelerator: Accelerator, _ question: ChoiceQuestion, _ memory: MemoryBytes, _ catalogue: Catalogue
    ) -> Result<ChoiceAnswer.Candidate, Refusal> {
        if let reason = unsuitable(accelerator, question) { return .failure(Refusal(reason: reason)) }
        let isSold = question.isOwned || catalogue.isSold(accelerator, in: question.year)
        if !isSold {
            guard accelerator.year <= question.year else { return .failure(Refusal(reason: .notYetSold)) }
            guard question.used else { return .failure(Refusal(reason: .noLongerSold)) }
        }
        guard let count = devices(accelerator, question, memory) else {
            return .failure(Refusal(reason: .tooLittleMemory(accelerator.memory)))
        }
        let price = accelerator.price.map {
            Cost(micros: Micros($0.micros, times: count, by: 1).value, currency: $0.currency)
        }
        let likely = price == nil ? catalogue.likelyPrice(of: accelerator).times(count) : nil
        let cost = price ?? likely?.price ?? Cost(micros: 0, currency: "USD")
        if let budget = question.budget, cost.micros > budget.micros {
            return .failure(Refusal(reason: .overBudget(cost, isKnown: price != nil)))
        }
        guard let score = question.workload.shape.score(accelerator, question.precision) else {
            return .failure(Refusal(reason: .rateUnknown))
        }
        // Without a link of their own GPUs share a model over the bus of the machine, at about half the speed.
        let speed = score * SpeedPrediction.scaling(count) * (count > 1 && !accelerator.areLinked(count) ? 0.5 : 1)
        let dollars = Double(cost.micros) / 1e6
        let watts = (accelerator.watts ?? 300) * Double(count)
        let thrift =
            Sixteenths.power(dollars, question.purpose.thrift) * Sixteenths.power(watts, ChoiceAnswer.powerSixteenths)
        return .success(
            ChoiceAnswer.Candidate(
                accelerator: accelerator, count: count, price: price, likelyPrice: likely, speed: speed,
                watts: accelerator.watts.map { $0 * Double(count) }, host: HostNeeds(accelerator, count: count),
                remarks: remarks(accelerator, question) + (isSold ? [] : [.onlyUsed]),
                score: speed / max(1e-9, thrift) * support(accelerator)))
    }

    /// Frameworks' builds, libraries and answers on the web are for CUDA first.
    private static func support(_ accelerator: Accelerator) -> Double {
        accelerator.needsROCm ? ChoiceAnswer.supportWithoutCUDA : 1
    }

    private static func unsuitable(_ accelerator: Accelerator, _ question: ChoiceQuestion) -> ChoiceAnswer.Reason? {
        guard question.isOwned || question.purpose.segments.contains(accelerator.segment) else {
            return .segment(accelerator.segment)
        }
        if let capability = accelerator.computeCapability, let number = Double(capability), number < 7.5 {
            return .unsupported(capability)
        }
        // ROCm no longer builds for what came before RDNA 2 and CDNA.
        if accelerator.needsROCm, accelerator.year < 2_020 { return .unsupported(accelerator.architecture) }
        return !question.isOwned && question.purpose != .datacentre && question.purpose != .serving && accelerator.isModule
            ? .module : nil
    }

    /// The fewest, up to eight, that hold the work; one must hold it if it isn't known how it would be cut.
    private static func devices(_ accelerator: Accelerator, _ question: ChoiceQuestion, _ memory: MemoryBytes) -> Int? {
        guard let work = question.memory else {
            // Cards are sold by round sizes: 7 % less than asked for is what was meant.
            return accelerator.memory.bytes >= memory.bytes / 100 * 93 ? 1 : nil
        }
        return (question.purpose.takesSeveral ? [1, 2, 4, 8] : [1]).first { count in
            let sharding: MemoryQuestion.Sharding = work.method == .inference ? .tensor : .zero3
            let cut = count == 1 ? work : Remedy.apply(.devices(count, sharding), to: work)
            return grown(MemoryEstimator.estimate(cut).safe, question.growth) <= MemoryEstimate.usable(accelerator.memory)
        }
    }

    private static func remarks(_ accelerator: Accelerator, _ question: ChoiceQuestion) -> [ChoiceAnswer.Remark] {
        var remarks: [ChoiceAnswer.Remark] = []
        if accelerator.needsROCm { remarks.append(.needsROCm) }
        if accelerator.segment == .consumer, question.purpose != .education, accelerator.vendor == "NVIDIA" {
            remarks.append(.notForDataCentres)
        }
        if accelerator.isModule { remarks.append(.onlyInServers) }
        if accelerator.rates.tensorFP16 == nil { remarks.append(.noTensorCores) }
        if let year = accelerator.priceYear, year < question.year - 2 { remarks.append(.oldPrice) }
        return remarks
    }
}
