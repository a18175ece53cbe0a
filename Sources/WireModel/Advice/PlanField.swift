/// What a question to the advisor may hold, by its name over HTTP. Texts of advice name it as the command line does, `--kv-heads`;
/// each other door says it its way.
package enum PlanField: String, CaseIterable, Sendable {
    case model, params, layers, hidden, heads, kvHeads, vocabulary, kind, outputs, method, precision, optimizer, batch
    case sequence, image, rank, checkpointing, plainAttention, chunkedLoss, gpus, sharding, gpu, tokens, promptTokens
    case samples, epochs, utilisation, budget, growth, used, workload, size, calls, stays, wait, cores, cpuGflops
    case cpuBandwidth, gpuGflops, gpuBandwidth, busBandwidth
    case purpose = "for"

    /// As the command line has it: `--kv-heads`.
    package var option: String {
        rawValue.reduce(into: "--") { text, letter in
            text += letter.isUppercase ? "-" + letter.lowercased() : String(letter)
        }
    }

    /// As the forms of *Plan* have it; nil: they don't.
    package var label: String? {
        switch self {
        case .model: "Model"
        case .params: "Parameters"
        case .layers: "Its layers"
        case .hidden: "Its width"
        case .method: "What is done"
        case .precision: "Numbers"
        case .batch: "Batch"
        case .sequence: "Tokens of an example"
        case .image: "Pixels of an image's side"
        case .checkpointing: "Checkpoint activations"
        case .gpus: "GPUs together"
        case .gpu: "GPU"
        case .tokens: "Tokens in all"
        case .promptTokens: "Tokens of prompts"
        case .samples: "Images or examples in all"
        case .epochs: "Epochs"
        case .utilisation: "Utilisation"
        case .purpose: "For"
        case .budget: "Budget in US dollars"
        case .growth: "Room to grow"
        case .used: "Used ones, too"
        case .size: "Size"
        case .calls: "How often"
        case .stays: "The data stays on the GPU"
        case .wait: "How long until one is free"
        case .heads, .kvHeads, .vocabulary, .kind, .outputs, .optimizer, .rank, .plainAttention, .chunkedLoss, .sharding,
            .workload, .cores, .cpuGflops, .cpuBandwidth, .gpuGflops, .gpuBandwidth, .busBandwidth:
            nil
        }
    }

    private static let byOption: [String: PlanField] = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0.option, $0) })

    /// A text that names options, as an answer over HTTP says it: `kvHeads`.
    package static func overHTTP(_ text: String) -> String { replacing(text) { "`\($0.rawValue)`" } }

    /// The same on a page: “Batch”. A remark in parentheses about what the page's form doesn't have is left out.
    package static func onPage(_ text: String) -> String {
        var kept = "", rest = text[...]
        while let open = rest.firstIndex(of: "("), let close = rest[open...].firstIndex(of: ")") {
            let remark = rest[open...close]
            kept += rest[..<open]
            rest = rest[rest.index(after: close)...]
            if options(in: String(remark)).contains(where: { $0.label == nil }) {
                if kept.hasSuffix(" ") { kept.removeLast() }
            } else {
                kept += remark
            }
        }
        return replacing(kept + rest) { $0.label.map { "“\($0)”" } ?? String($0.option.dropFirst(2)) }
    }

    private static func options(in text: String) -> [PlanField] {
        var found: [PlanField] = []
        _ = replacing(text) { field in
            found.append(field)
            return ""
        }
        return found
    }

    /// Every option that is one of these, and no other word with two strokes.
    private static func replacing(_ text: String, _ said: (PlanField) -> String) -> String {
        var result = "", rest = text[...]
        while !rest.isEmpty {
            let word = rest.hasPrefix("--") ? rest.prefix { $0 == "-" || ("a"..."z").contains($0) } : ""
            if let field = byOption[String(word)] {
                result += said(field)
                rest = rest.dropFirst(word.count)
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result
    }
}
