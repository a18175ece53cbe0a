import Advice
package import ArgumentParser
import Advisor
import FleetModel
import Foundation
import ModelFiles
package import WireModel

/// `carrel plan fit`: the memory that a model needs.
package struct PlanFitCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "fit", abstract: "How much GPU memory a model needs, on which GPUs it fits, and what to change.",
        usage: "carrel plan fit [MODEL] [--method full|lora|qlora|inference] [--gpu NAME] [OPTIONS]",
        discussion: """
            MODEL is the name of a built-in model (--list), a file (safetensors, GGUF, ONNX; only its header is read) or a folder \
            as Hugging Face lays it out. Without one, describe it: --params 7e9 --layers 32 --hidden 4096.

            The answer is a range for each GPU: the lower bound is needed whatever the software does, the safe one leaves room for \
            allocators and libraries. A GPU that is sold with 24 GB has 24 GiB, as drivers count.

            With --tokens (a transformer's) or --samples (images, examples) it also says how long that takes, the energy of the GPUs, and \
            what the time costs to rent, where it may fit. Of a model that writes text --tokens are those of its answers at inference, and \
            --prompt-tokens what it reads.

            Examples:
              carrel plan fit llama-3.1-8b --method full --precision bf16 --batch 2 --sequence 2048 --checkpointing
              carrel plan fit resnet50 --method full --batch 256 --gpu 'rtx 3090'
              carrel plan fit llama-3.1-8b --method lora --batch 4 --tokens 100M --epochs 3 --gpu 24GB..
              carrel plan fit resnet50 --method full --batch 128 --samples 1.28M --epochs 90 --gpu a100
              carrel plan fit ./model.gguf --sequence 8192
              carrel plan fit --params 7e9 --layers 32 --hidden 4096 --method qlora --gpu rtx4090
            """)

    @Argument(help: "A built-in model, a file or a folder.", completion: .file())
    package var what: String?

    @Option(parsing: .unconditional, help: "The same as MODEL.")
    package var model: String?
    @Option(parsing: .unconditional, help: "Parameters: 7e9, 7B, 350M.")
    package var params: String?
    @Option(parsing: .unconditional, help: "Layers of a transformer.")
    package var layers: Int?
    @Option(parsing: .unconditional, help: "Width of a layer.")
    package var hidden: Int?
    @Option(parsing: .unconditional, help: "Heads of attention.")
    package var heads: Int?
    @Option(name: .customLong("kv-heads"), parsing: .unconditional, help: "Heads of keys and values.")
    package var keyValueHeads: Int?
    @Option(parsing: .unconditional, help: "Words of the vocabulary.")
    package var vocabulary: Int?
    @Option(parsing: .unconditional, help: "decoder, encoder or encoder-decoder.")
    package var kind: String?
    @Option(parsing: .unconditional, help: "Of a network of images: numbers its convolutions put out for one image.")
    package var outputs: String?
    @Option(parsing: .unconditional, help: "full, lora, qlora or inference (the default).")
    package var method: String?
    @Option(parsing: .unconditional, help: "fp32, fp16, bf16, pure-bf16, int8 or int4.")
    package var precision: String?
    @Option(parsing: .unconditional, help: "adamw, adamw-8bit, sgd-momentum, sgd, adafactor or lion.")
    package var optimizer: String?
    @Option(parsing: .unconditional, help: "Examples in one step of one GPU.")
    package var batch: Int?
    @Option(parsing: .unconditional, help: "Tokens of an example; at inference, of prompt and answer.")
    package var sequence: Int?
    @Option(parsing: .unconditional, help: "Pixels of an image's side.")
    package var image: Int?
    @Option(parsing: .unconditional, help: "Rank of LoRA's matrices.")
    package var rank: Int?
    @Flag(help: "Activations are computed again instead of being kept.")
    package var checkpointing = false
    @Flag(help: "Attention without FlashAttention or scaled_dot_product_attention.")
    package var plainAttention = false
    @Flag(help: "The loss is computed for a part of the tokens at a time.")
    package var chunkedLoss = false
    @Option(parsing: .unconditional, help: "GPUs that share it.")
    package var gpus: Int?
    @Option(parsing: .unconditional, help: "none, zero1, zero2, zero3 (FSDP) or tensor.")
    package var sharding: String?
    @Option(parsing: .unconditional, help: "The GPU to judge by, or a range of memory: a100, 24GB..; otherwise common ones.")
    package var gpu: String?
    @Option(parsing: .unconditional, help: "Tell how long so many tokens take: 1e9, 100M.")
    package var tokens: String?
    @Option(parsing: .unconditional, help: "At inference: tokens of prompts that are read besides.")
    package var promptTokens: String?
    @Option(parsing: .unconditional, help: "Tell how long so many images, or examples of --sequence tokens, take: 1.28M.")
    package var samples: String?
    @Option(parsing: .unconditional, help: "How often all of them.")
    package var epochs: Int?
    @Option(
        name: [.customLong("utilisation"), .customLong("utilization")], parsing: .unconditional,
        help: "The part of the tensor rate that useful work reaches (MFU): 40%; otherwise what a script of one's own does.",
        transform: Part.read)
    package var utilisation: Part?
    @Flag(help: "Name the built-in models.")
    package var list = false

    @OptionGroup package var output: OutputOptions

    package init() {}

    package mutating func validate() throws {
        if what != nil, model != nil { throw ValidationError("Give the model once: as MODEL or with --model.") }
        let counts = [
            (params, "--params"), (outputs, "--outputs"), (tokens, "--tokens"), (promptTokens, "--prompt-tokens"),
            (samples, "--samples"),
        ]
        for (text, option) in counts {
            if let text, Given.count(text) == nil {
                throw ValidationError("\(option) \(text) is no number. Examples: 7e9, 7B, 350M.")
            }
        }
    }

    package mutating func run() async throws {
        if list { return try showModels() }
        let view = try Advised.run { try advice() }
        try output.show(
            view, view.table,
            csv: .list("devices", columns: ["gpu", "memoryBytes", "verdict", "words"] + (asksTime ? Self.timeColumns : [])))
        guard !output.isData else { return }
        Terminal.write(view.afterwards)
    }

    private var asksTime: Bool { tokens != nil || promptTokens != nil || samples != nil }
    private static let timeColumns = [
        "seconds.lower", "seconds.expected", "seconds.upper", "energyJoules.lower", "energyJoules.expected",
        "energyJoules.upper", "rent.lower", "rent.expected", "rent.upper", "rent.currency", "rent.perGPUHour",
        "rent.provider", "rent.date",
    ]

    /// What the options ask, answered. Throws `AdviceError` and `ModelFileError`.
    package func advice() throws -> FitView {
        var question = FitQuestion()
        question.parameters = params.flatMap(Given.count)
        question.outputs = outputs.flatMap(Given.count)
        (question.layers, question.hidden, question.heads) = (layers, hidden, heads)
        (question.keyValueHeads, question.vocabulary, question.kind) = (keyValueHeads, vocabulary, kind)
        (question.method, question.precision, question.optimizer) = (method, precision, optimizer)
        (question.batch, question.sequence, question.side, question.rank) = (batch, sequence, image, rank)
        (question.checkpointing, question.plainAttention, question.chunkedLoss) = (
            checkpointing, plainAttention, chunkedLoss
        )
        (question.gpus, question.sharding, question.gpu) = (gpus, sharding, gpu)
        (question.tokens, question.promptTokens) = (tokens.flatMap(Given.count), promptTokens.flatMap(Given.count))
        (question.samples, question.epochs) = (samples.flatMap(Given.count), epochs)
        question.utilisation = utilisation.map { Double($0.thousandths) / 1_000 }
        let rents = asksTime ? Advised.rents() : nil
        guard let name = what ?? model else { return try FitDesk.answer(question, rents: rents) }
        if Self.isPlace(name) {
            return try FitDesk.answer(question, header: (name, try ModelFile.read(path: name)), rents: rents)
        }
        question.model = name
        return try FitDesk.answer(question, rents: rents)
    }

    /// A file is meant where one is there, or where it is written like one.
    private static func isPlace(_ name: String) -> Bool {
        if name.hasPrefix("/") || name.hasPrefix("./") || name.hasPrefix("../") || name.hasPrefix("~") { return true }
        let endings = [".safetensors", ".gguf", ".onnx", ".bin", ".pt", ".pth", ".ckpt", ".json"]
        if endings.contains(where: name.lowercased().hasSuffix) { return true }
        return KnownModel.named(name) == nil && FileManager.default.fileExists(atPath: name)
    }

    private func showModels() throws {
        let list = ModelList(
            models: KnownModel.all.map { model in
                ModelList.Model(
                    name: model.name, parameters: model.shape.parameters, layers: model.shape.layers,
                    hidden: model.shape.hidden, source: model.source)
            })
        try output.show(
            list,
            Table(
                ["MODEL", "PARAMETERS", "SOURCE"],
                list.models.map { [$0.name, FitView.parameters($0.parameters), $0.source] }, whenEmpty: ""),
            csv: .list("models", columns: ["name", "parameters", "layers", "hidden", "source"]))
    }
}

/// What `--list` shows.
private struct ModelList: Encodable {
    struct Model: Encodable {
        let name: String
        let parameters: Double
        let layers: Int
        let hidden: Int
        let source: String
    }

    let models: [Model]
}
