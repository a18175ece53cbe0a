package import FleetModel

/// A change that makes work need less memory.
package struct Remedy: Hashable, Sendable {
    package let change: Change
    /// All that is asked then: where nothing does alone, a batch of one and checkpointing go with it.
    package let question: MemoryQuestion
    /// What it would need then.
    package let estimate: MemoryEstimate

    /// What to change; the ones that cost least stand first.
    package enum Change: Hashable, Sendable {
        case mixedPrecision
        case fusedAttention
        case batch(Int)
        case checkpointing
        case chunkedLoss
        case optimizer8bit
        case lora(checkpointing: Bool)
        case qlora(checkpointing: Bool)
        case weights(MemoryQuestion.WeightFormat)
        /// All at once that changes nothing of what is trained: weights in BF16 alone, AdamW's state in 8 bits, activations computed
        /// again, fused attention, a decoder's loss in parts, a batch of one.
        case thrift
        case devices(Int, MemoryQuestion.Sharding)
    }

    /// Single changes that make it fit devices of so much memory. Of smaller batches the largest that does, of more devices the
    /// fewest. Where nothing does alone, the same with checkpointing and a batch of one.
    package static func find(for question: MemoryQuestion, on memory: MemoryBytes) -> [Remedy] {
        let alone = fitting(groups(question), question, memory)
        guard alone.isEmpty, question.method != .inference else { return alone + thrift(question, memory, beside: alone) }
        var least = question
        least.batch = 1
        least.checkpointing = true
        least.fusedAttention = true
        let found = fitting(groups(least), least, memory)
        return found + thrift(question, memory, beside: found)
    }

    /// Only where all weights are to be trained, and nothing smaller does that on as many devices.
    private static func thrift(_ question: MemoryQuestion, _ memory: MemoryBytes, beside found: [Remedy]) -> [Remedy] {
        guard question.method == .full, question.shape.layers > 0,
            !found.contains(where: { $0.question.method == .full && $0.question.devices == question.devices })
        else { return [] }
        return fitting([[.thrift]], question, memory)
    }

    private static func fitting(_ groups: [[Change]], _ question: MemoryQuestion, _ memory: MemoryBytes) -> [Remedy] {
        groups.compactMap { group in
            for change in group {
                let changed = apply(change, to: question), estimate = MemoryEstimator.estimate(changed)
                if estimate.verdict(on: memory) == .fits {
                    return Remedy(change: change, question: changed, estimate: estimate)
                }
            }
            return nil
        }
    }

    /// Of each group one is worth naming: the first that does.
    private static func groups(_ question: MemoryQuestion) -> [[Change]] {
        let trains = question.method != .inference
        var groups: [[Change]] = []
        if trains, question.weights == .fp32 { groups.append([.mixedPrecision]) }
        if !question.fusedAttention { groups.append([.fusedAttention]) }
        groups.append(halves(question.batch).map { .batch($0) })
        if trains, !question.checkpointing { groups.append([.checkpointing]) }
        if trains, !question.chunkedLoss, case .decoder = question.shape.kind { groups.append([.chunkedLoss]) }
        if question.method == .full {
            if question.optimizer == .adamw { groups.append([.optimizer8bit]) }
            if question.shape.layers > 0 { groups.append([.lora(checkpointing: false), .lora(checkpointing: true)]) }
        }
        if question.method == .full || question.method == .lora, question.shape.layers > 0 {
            groups.append([.qlora(checkpointing: false), .qlora(checkpointing: true)])
        }
        if !trains {
            groups.append([.bf16, .int8, .int4].filter { $0.bits < question.weights.bits }.map { .weights($0) })
        }
        let counts = [2, 4, 8, 16, 32, 64].filter { $0 > question.devices }
        groups.append(counts.map { .devices($0, trains ? .zero3 : .tensor) })
        return groups
    }

    private static func halves(_ batch: Int) -> [Int] {
        var halves: [Int] = [], next = batch / 2
        while next >= 1 {
            halves.append(next)
            next /= 2
        }
        return halves
    }

    /// The question with the change made.
    package static func apply(_ change: Change, to question: MemoryQuestion) -> MemoryQuestion {
        var question = question
        switch change {
        case .mixedPrecision: question.weights = .bf16
        case .fusedAttention: question.fusedAttention = true
        case .batch(let batch): question.batch = batch
        case .checkpointing: question.checkpointing = true
        case .chunkedLoss: question.chunkedLoss = true
        case .optimizer8bit: question.optimizer = .adamw8bit
        case .lora(let checkpointing):
            question.method = .lora
            question.checkpointing = question.checkpointing || checkpointing
            if question.weights == .fp32 { question.weights = .bf16 }
        case .qlora(let checkpointing):
            question.method = .qlora
            question.checkpointing = question.checkpointing || checkpointing
            question.weights = .bf16
        case .weights(let format):
            question.weights = format
            question.weightBytes = nil
        case .thrift:
            question.weights = .pureBF16
            question.checkpointing = true
            question.fusedAttention = true
            if case .decoder = question.shape.kind { question.chunkedLoss = true }
            question.batch = 1
            if question.optimizer == .adamw { question.optimizer = .adamw8bit }
        case .devices(let count, let sharding):
            question.devices = count
            question.sharding = sharding
        }
        return question
    }
}
