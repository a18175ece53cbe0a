package import Advisor
import CatalogueFiles
import FleetModel
package import ModelFiles
package import WireModel

/// Answers whether a model fits.
package enum FitDesk {
    /// - Parameters:
    ///   - header: what a file says of the model, in place of a name.
    ///   - rents: what renting costs today; nil: it isn't told.
    ///   - pool: what a pool has: judged before what is common.
    package static func answer(
        _ asked: FitQuestion, header: (path: String, ModelHeader)? = nil, rents: RentsToday? = nil,
        pool: [Accelerator] = [], catalogue: Catalogue = BuiltInTables.catalogue
    ) throws(AdviceError) -> FitView {
        var question = asked
        let judged = try JudgedGPUs(question.gpu, in: catalogue, pool: pool)
        if let count = judged.count, let gpus = question.gpus, count != gpus {
            throw .notThere("--gpu \(question.gpu ?? "") and --gpus \(gpus) contradict each other: say how many once.")
        }
        question.gpus = question.gpus ?? judged.count
        let (named, work) = try work(question, header: header), time = try FitTime(question, work)
        let estimate = MemoryEstimator.estimate(work)
        var devices: [FitDevice] = [], predictions: [(name: String, TimePrediction)] = []
        for accelerator in judged.accelerators {
            let verdict = estimate.verdict(on: accelerator.memory)
            var device = FitDevice(
                gpu: accelerator.name, memoryBytes: accelerator.memory.bytes, verdict: verdict.rawValue,
                words: FitWords.words(verdict))
            if verdict != .doesNotFit, let found = time?.add(to: &device, accelerator, work, catalogue, rents) {
                predictions.append((accelerator.name, found))
            }
            devices.append(device)
        }
        let more =
            predictions.isEmpty ? [] : time?.assumptions(work, predictions, lends: devices.contains { $0.rent != nil }) ?? []
        return FitView(
            model: named.name, source: named.source, parameters: work.shape.parameters,
            assumptions: FitWords.assumptions(work, question) + more, lowerBytes: estimate.lower.bytes,
            expectedBytes: estimate.expected.bytes, safeBytes: estimate.safe.bytes, gpus: work.devices,
            totalExpectedBytes: multiplied(estimate.expected.bytes, work.devices),
            parts: estimate.parts.map {
                FitPart(part: $0.kind.rawValue, words: FitWords.words($0.kind), bytes: $0.memory.bytes)
            },
            devices: devices, timeNotes: time?.notes(predictions) ?? [],
            remedies: remedies(work, estimate, judged, catalogue))
    }

    /// For the one that was named, else for the largest that is shown and that it doesn't fit.
    private static func remedies(
        _ work: MemoryQuestion, _ estimate: MemoryEstimate, _ judged: JudgedGPUs, _ catalogue: Catalogue
    ) -> [FitRemedy] {
        let some = judged.isNamed ? Array(judged.accelerators.prefix(1)) : judged.accelerators
        let without = some.filter { estimate.verdict(on: $0.memory) != .fits }
        guard let first = without.max(by: { $0.memory < $1.memory }) else { return [] }
        let changes = Remedy.find(for: work, on: first.memory).map { FitRemedy($0, work, first) }
        let all = changes + (without.count == some.count ? larger(estimate, catalogue) : [])
        guard let count = judged.count else { return all }
        // Who said how many with the name says it so again.
        return all.map { remedy in
            var remedy = remedy
            if remedy.options.hasPrefix("--gpu ") {
                remedy.options = "--gpu '\(remedy.gpu):\(count)'"
            } else if let said = remedy.options.firstMatch(of: /--gpus ([0-9]+)/) {
                remedy.options.replaceSubrange(said.range, with: "--gpu '\(remedy.gpu):\(said.1)'")
            }
            return remedy
        }
    }

    /// The two smallest that hold it, of those that there are.
    private static func larger(_ estimate: MemoryEstimate, _ catalogue: Catalogue) -> [FitRemedy] {
        JudgedGPUs.recent(catalogue).filter { estimate.verdict(on: $0.memory) == .fits }.prefix(2).map { one in
            FitRemedy(
                gpu: one.name, words: "a larger GPU: \(one.name)", options: "--gpu '\(one.name)'",
                expectedBytes: estimate.expected.bytes, safeBytes: estimate.safe.bytes)
        }
    }

    private static func multiplied(_ bytes: Int64, _ count: Int) -> Int64 {
        let (product, overflow) = bytes.multipliedReportingOverflow(by: Int64(count))
        return overflow ? .max : product
    }

    /// What was given, as the estimator takes it.
    package static func work(
        _ question: FitQuestion, header: (path: String, ModelHeader)? = nil
    ) throws(AdviceError) -> (named: (name: String, source: String), MemoryQuestion) {
        let known = try Self.known(question, header)
        let method = try Given.word(question.method, "--method", MemoryQuestion.Method.self) ?? .inference
        let weights = try Given.word(question.precision, "--precision", MemoryQuestion.WeightFormat.self)
        let optimizer = try Given.word(question.optimizer, "--optimizer", MemoryQuestion.Optimizer.self) ?? .adamw
        let sharding = try Given.word(question.sharding, "--sharding", MemoryQuestion.Sharding.self)
        let devices = try Given.number(question.gpus, "--gpus", 1...100_000) ?? 1
        let usual =
            header == nil && method == .inference && known.usual == .fp32 && known.shape.parameters > 5e8
            ? .bf16 : known.usual
        if method == .lora || method == .qlora, case .convolution = known.shape.kind {
            throw .notThere(
                "LoRA is for transformers; a convolutional network is trained whole (--method full).")
        }
        if method == .full, weights == .int8 || weights == .int4 {
            throw .notThere(
                "--precision \(weights?.rawValue ?? "") is for answering: all weights are trained in fp32, fp16, bf16 or pure-bf16; over weights of 4 "
                    + "bits --method qlora trains.")
        }
        var work = MemoryQuestion(
            shape: known.shape, method: method, weights: weights ?? usual, optimizer: optimizer,
            batch: try Given.number(question.batch, "--batch", 1...10_000_000) ?? 1,
            sequence: try Given.number(question.sequence, "--sequence", 1...100_000_000) ?? known.sequence,
            side: try Given.number(question.side, "--image", 1...100_000),
            rank: try Given.number(question.rank, "--rank", 1...65_536) ?? MemoryQuestion.usualRank,
            checkpointing: question.checkpointing ?? false, fusedAttention: !(question.plainAttention ?? false),
            chunkedLoss: question.chunkedLoss ?? false, devices: devices,
            sharding: sharding ?? (devices > 1 ? (method == .inference ? .tensor : .zero3) : .none))
        if weights == nil { work.weightBytes = header.map { Double($0.1.weightBytes) } }
        return ((known.name, known.source), work)
    }

    private struct Known {
        let name: String
        let source: String
        let shape: ModelShape
        let usual: MemoryQuestion.WeightFormat
        let sequence: Int
    }

    private static func known(
        _ question: FitQuestion, _ header: (path: String, ModelHeader)?
    ) throws(AdviceError) -> Known {
        if let (path, header) = header {
            return Known(
                name: path.split(separator: "/").last.map(String.init) ?? path, source: "the file's header",
                shape: try ModelShape(header, question), usual: header.usualWeights, sequence: 2_048)
        }
        guard let name = question.model else {
            let shape = try described(question)
            let usual: MemoryQuestion.WeightFormat = if case .convolution = shape.kind { .fp32 } else { .bf16 }
            return Known(name: "described", source: "the question", shape: shape, usual: usual, sequence: 2_048)
        }
        guard let model = KnownModel.named(name) else {
            let names = KnownModel.all.map(\.name), folded = KnownModel.folded(name)
            let near = Likeness.nearest(to: folded, in: names.map(KnownModel.folded))
            throw .unknownModel(name, nearest: names.filter { near.contains(KnownModel.folded($0)) })
        }
        // As many positions as they know.
        let sequence = if case .encoder = model.shape.kind { 512 } else { model.name.hasPrefix("gpt2") ? 1_024 : 2_048 }
        return Known(
            name: model.name, source: "built in: \(model.source)", shape: model.shape, usual: model.usualWeights,
            sequence: sequence)
    }

    private static func described(_ question: FitQuestion) throws(AdviceError) -> ModelShape {
        guard let parameters = question.parameters else {
            throw .noModel
        }
        guard parameters.isFinite, parameters >= 1, parameters <= 1e15 else {
            throw .outOfRange(what: "--params", given: "\(parameters)", least: "1", most: "1e15")
        }
        let given = try GivenShape(question)
        if let images = given.images { return ModelShape(parameters: parameters, kind: images) }
        guard let layers = given.layers, let hidden = given.hidden else {
            throw .missing(
                what: "What of the model makes its activations",
                instead:
                    "A transformer needs --layers and --hidden beside --params, a network of images --outputs (numbers that its "
                    + "convolutions put out for one image; resnet50: 11.1e6).")
        }
        return ModelShape(
            parameters: parameters, kind: given.kind ?? .decoder, layers: layers, hidden: hidden, heads: given.heads,
            keyValueHeads: given.keyValueHeads, vocabulary: given.vocabulary)
    }
}

/// What was given of a network beside its parameters, checked; the same without a file and beside one.
struct GivenShape {
    let layers: Int?
    let hidden: Int?
    let heads: Int?
    let keyValueHeads: Int?
    let vocabulary: Int?
    let kind: ModelShape.Kind?
    /// A network of images, where --outputs describes one.
    let images: ModelShape.Kind?

    init(_ question: FitQuestion) throws(AdviceError) {
        layers = try Given.number(question.layers, "--layers", 1...100_000)
        hidden = try Given.number(question.hidden, "--hidden", 1...10_000_000)
        heads = try Given.number(question.heads, "--heads", 1...1_000_000)
        keyValueHeads = try Given.number(question.keyValueHeads, "--kv-heads", 1...1_000_000)
        vocabulary = try Given.number(question.vocabulary, "--vocabulary", 1...100_000_000)
        kind = try Self.kind(question.kind)
        let side = try Given.number(question.side, "--image", 1...100_000) ?? 224
        images = try question.outputs.map { (outputs) throws(AdviceError) in
            guard outputs.isFinite, outputs >= 1, outputs <= 1e13 else {
                throw AdviceError.outOfRange(what: "--outputs", given: "\(outputs)", least: "1", most: "1e13")
            }
            return .convolution(
                .init(outputs: outputs, products: outputs * ModelShape.ConvolutionShape.likelyProducts, side: side))
        }
    }

    private static func kind(_ given: String?) throws(AdviceError) -> ModelShape.Kind? {
        switch given {
        case nil: nil
        case "decoder": .decoder
        case "encoder": .encoder
        case "encoder-decoder": .encoderDecoder
        case .some(let other):
            throw .unknownWord(
                what: "--kind", given: other, known: ["decoder", "encoder", "encoder-decoder"], nearest: [])
        }
    }
}
