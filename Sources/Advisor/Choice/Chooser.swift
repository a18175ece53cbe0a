import FleetModel

/// Judges one accelerator for a question.
enum Chooser {
    struct Refusal: Error {
        let reason: ChoiceAnswer.Reason
    }

    /// What one device should have at least.
    static func memory(_ question: ChoiceQuestion) -> MemoryBytes {
        guard let work = question.memory else { return grown(question.purpose.leastMemory, question.growth) }
        return grown(MemoryBytes(MemoryEstimator.estimate(work).safe.bytes / 94 * 100), question.growth)
    }

    private static func grown(_ memory: MemoryBytes, _ growth: Int) -> MemoryBytes {
        MemoryBytes(Micros(memory.bytes, times: growth, by: 1_000).value)
    }

    static func judge(
        _ accelerator: Accelerator, _ question: ChoiceQuestion, _ memory: MemoryBytes
    ) -> Result<ChoiceAnswer.Candidate, Refusal> {
        if let reason = unsuitable(accelerator, question) { return .failure(Refusal(reason: reason)) }
        guard let count = devices(accelerator, question, memory) else {
            return .failure(Refusal(reason: .tooLittleMemory(accelerator.memory)))
        }
        let price = accelerator.price.map {
            Cost(micros: Micros($0.micros, times: count, by: 1).value, currency: $0.currency)
        }
        if let budget = question.budget {
            guard let price else { return .failure(Refusal(reason: .priceUnknown)) }
            if price.micros > budget.micros { return .failure(Refusal(reason: .overBudget(price))) }
        }
        guard let score = question.workload.shape.score(accelerator, question.precision) else {
            return .failure(Refusal(reason: .rateUnknown))
        }
        let speed = score * SpeedPrediction.scaling(count)
        // Without a price one stands where its speed alone would put it among the dearest.
        let dollars = Double(price?.micros ?? 40_000_000_000 * Int64(count)) / 1e6
        let watts = (accelerator.watts ?? 300) * Double(count)
        let thrift = Sixteenths.power(dollars, question.purpose.thrift) * Sixteenths.power(watts, 2)
        return .success(
            ChoiceAnswer.Candidate(
                accelerator: accelerator, count: count, price: price, speed: speed,
                watts: accelerator.watts.map { $0 * Double(count) }, host: HostNeeds(accelerator, count: count),
                remarks: remarks(accelerator, question), score: speed / max(1e-9, thrift)))
    }

    private static func unsuitable(_ accelerator: Accelerator, _ question: ChoiceQuestion) -> ChoiceAnswer.Reason? {
        guard question.purpose.segments.contains(accelerator.segment) else { return .segment(accelerator.segment) }
        if let capability = accelerator.computeCapability, let number = Double(capability), number < 7.5 {
            return .unsupported(capability)
        }
        return accelerator.year < question.year - 7 ? .tooOld(year: accelerator.year) : nil
    }

    /// The fewest, up to eight, that hold the work; one must hold it if it isn't known how it would be cut.
    private static func devices(_ accelerator: Accelerator, _ question: ChoiceQuestion, _ memory: MemoryBytes) -> Int? {
        // Cards are sold by round sizes: 7 % less than asked for is what was meant.
        if accelerator.memory.bytes >= memory.bytes / 100 * 93 { return 1 }
        guard let work = question.memory, question.purpose != .education else { return nil }
        return [2, 4, 8].first { count in
            let cut = Remedy.apply(.devices(count, work.method == .inference ? .tensor : .zero3), to: work)
            let need = grown(MemoryEstimator.estimate(cut).safe, question.growth)
            return need <= MemoryEstimate.usable(accelerator.memory)
        }
    }

    private static func remarks(_ accelerator: Accelerator, _ question: ChoiceQuestion) -> [ChoiceAnswer.Remark] {
        var remarks: [ChoiceAnswer.Remark] = []
        if accelerator.vendor == "AMD" { remarks.append(.needsROCm) }
        if accelerator.segment == .consumer, question.purpose != .education, accelerator.vendor == "NVIDIA" {
            remarks.append(.notForDataCentres)
        }
        if accelerator.rates.tensorFP16 == nil { remarks.append(.noTensorCores) }
        if let year = accelerator.priceYear, year < question.year - 2 { remarks.append(.oldPrice) }
        return remarks
    }
}
