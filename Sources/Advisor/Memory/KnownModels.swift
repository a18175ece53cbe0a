/// Networks that people name.
package struct KnownModel: Hashable, Sendable {
    /// `llama-3.1-8b`, lower case.
    package let name: String
    package let shape: ModelShape
    /// Who published what the shape is taken from.
    package let source: String
    /// What people train it with: FP32 for networks of images and BERT, BF16 for large language models.
    package var usualWeights: MemoryQuestion.WeightFormat {
        switch shape.kind {
        case .convolution, .encoder: .fp32
        case .decoder, .encoderDecoder: shape.parameters < 5e8 ? .fp32 : .bf16
        }
    }

    /// By its name as people write it: case, blanks and strokes don't matter; the maker's name before a `/` neither.
    package static func named(_ text: String) -> KnownModel? {
        let asked = folded(text)
        return all.first { folded($0.name) == asked }
    }

    /// Letters and digits only: `Llama 3.1 8B` is `llama-3.1-8b`.
    package static func folded(_ text: String) -> String {
        let last = text.lowercased().split(separator: "/").last.map(String.init) ?? ""
        let kept = last.filter { $0.isLetter || $0.isNumber }
        return kept.hasPrefix("meta") ? String(kept.dropFirst(4)) : kept
    }

    /// All that are built in.
    package static let all: [KnownModel] = languageModels + readers + networksOfImages

    private static func text(
        _ name: String, _ billions: Double, _ layers: Int, _ hidden: Int, heads: Int, keyValueHeads: Int? = nil,
        words: Int, tables: Int = 2, kind: ModelShape.Kind = .decoder, active: Double? = nil, _ source: String
    ) -> KnownModel {
        var shape = ModelShape(
            parameters: billions * 1e9, kind: kind, layers: layers, hidden: hidden, heads: heads,
            keyValueHeads: keyValueHeads, vocabulary: words, tables: tables)
        shape.activeParameters = active.map { $0 * 1e9 }
        return KnownModel(name: name, shape: shape, source: source)
    }

    private static let languageModels: [KnownModel] = [
        text("gpt2", 0.124, 12, 768, heads: 12, words: 50_257, tables: 1, "OpenAI GPT-2"),
        text("gpt2-medium", 0.355, 24, 1_024, heads: 16, words: 50_257, tables: 1, "OpenAI GPT-2"),
        text("gpt2-large", 0.774, 36, 1_280, heads: 20, words: 50_257, tables: 1, "OpenAI GPT-2"),
        text("gpt2-xl", 1.558, 48, 1_600, heads: 25, words: 50_257, tables: 1, "OpenAI GPT-2"),
        text("gpt-j-6b", 6.05, 28, 4_096, heads: 16, words: 50_400, "EleutherAI GPT-J"),
        text("gpt-neox-20b", 20.55, 44, 6_144, heads: 64, words: 50_432, "EleutherAI GPT-NeoX"),
        text("bloom-7b1", 7.07, 30, 4_096, heads: 32, words: 250_880, tables: 1, "BigScience BLOOM"),
        text("bloomz-7b1", 7.07, 30, 4_096, heads: 32, words: 250_880, tables: 1, "BigScience BLOOM"),
        text("bloom-176b", 176.2, 70, 14_336, heads: 112, words: 250_880, tables: 1, "BigScience BLOOM"),
        text("llama-2-7b", 6.74, 32, 4_096, heads: 32, words: 32_000, "Meta Llama 2"),
        text("llama-2-13b", 13.02, 40, 5_120, heads: 40, words: 32_000, "Meta Llama 2"),
        text("llama-2-70b", 68.98, 80, 8_192, heads: 64, keyValueHeads: 8, words: 32_000, "Meta Llama 2"),
        text("llama-3-8b", 8.03, 32, 4_096, heads: 32, keyValueHeads: 8, words: 128_256, "Meta Llama 3"),
        text("llama-3-70b", 70.55, 80, 8_192, heads: 64, keyValueHeads: 8, words: 128_256, "Meta Llama 3"),
        text("llama-3.1-8b", 8.03, 32, 4_096, heads: 32, keyValueHeads: 8, words: 128_256, "Meta Llama 3.1"),
        text("llama-3.1-70b", 70.55, 80, 8_192, heads: 64, keyValueHeads: 8, words: 128_256, "Meta Llama 3.1"),
        text("llama-3.1-405b", 405.85, 126, 16_384, heads: 128, keyValueHeads: 8, words: 128_256, "Meta Llama 3.1"),
        text("llama-3.2-1b", 1.236, 16, 2_048, heads: 32, keyValueHeads: 8, words: 128_256, tables: 1, "Meta Llama 3.2"),
        text("llama-3.2-3b", 3.213, 28, 3_072, heads: 24, keyValueHeads: 8, words: 128_256, tables: 1, "Meta Llama 3.2"),
        text("mistral-7b", 7.24, 32, 4_096, heads: 32, keyValueHeads: 8, words: 32_000, "Mistral AI"),
        text(
            "mixtral-8x7b", 46.7, 32, 4_096, heads: 32, keyValueHeads: 8, words: 32_000, active: 12.9, "Mistral AI"),
        text("qwen-1.8b", 1.837, 24, 2_048, heads: 16, words: 151_936, "Qwen"),
        text("qwen-7b", 7.721, 32, 4_096, heads: 32, words: 151_936, "Qwen"),
        text("qwen-14b", 14.17, 40, 5_120, heads: 40, words: 152_064, "Qwen"),
        text("qwen-72b", 72.29, 80, 8_192, heads: 64, words: 152_064, "Qwen"),
        text("qwen2.5-7b", 7.616, 28, 3_584, heads: 28, keyValueHeads: 4, words: 152_064, "Qwen 2.5"),
        text("qwen2.5-32b", 32.76, 64, 5_120, heads: 40, keyValueHeads: 8, words: 152_064, "Qwen 2.5"),
        text("qwen2.5-72b", 72.71, 80, 8_192, heads: 64, keyValueHeads: 8, words: 152_064, "Qwen 2.5"),
        text("phi-2", 2.78, 32, 2_560, heads: 32, words: 51_200, "Microsoft Phi-2"),
        text("phi-3-mini", 3.82, 32, 3_072, heads: 32, words: 32_064, "Microsoft Phi-3"),
        text("gemma-2b", 2.51, 18, 2_048, heads: 8, keyValueHeads: 1, words: 256_000, tables: 1, "Google Gemma"),
        text("gemma-7b", 8.54, 28, 3_072, heads: 16, words: 256_000, tables: 1, "Google Gemma"),
        text("gemma-2-9b", 9.24, 42, 3_584, heads: 16, keyValueHeads: 8, words: 256_000, tables: 1, "Google Gemma 2"),
        text("falcon-7b", 7.22, 32, 4_544, heads: 71, keyValueHeads: 1, words: 65_024, tables: 1, "TII Falcon"),
        text("opt-1.3b", 1.316, 24, 2_048, heads: 32, words: 50_272, tables: 1, "Meta OPT"),
        text("opt-6.7b", 6.66, 32, 4_096, heads: 32, words: 50_272, tables: 1, "Meta OPT"),
        text("pythia-1b", 1.012, 16, 2_048, heads: 8, words: 50_304, "EleutherAI Pythia"),
    ]

    private static let readers: [KnownModel] = [
        text("distilbert", 0.0664, 6, 768, heads: 12, words: 30_522, kind: .encoder, "Hugging Face DistilBERT"),
        text("bert-base", 0.1095, 12, 768, heads: 12, words: 30_522, kind: .encoder, "Google BERT"),
        text("bert-large", 0.3351, 24, 1_024, heads: 16, words: 30_522, kind: .encoder, "Google BERT"),
        text("roberta-base", 0.1246, 12, 768, heads: 12, words: 50_265, kind: .encoder, "Meta RoBERTa"),
        text("roberta-large", 0.3554, 24, 1_024, heads: 16, words: 50_265, kind: .encoder, "Meta RoBERTa"),
        text("t5-small", 0.0605, 12, 512, heads: 8, words: 32_128, kind: .encoderDecoder, "Google T5"),
        text("t5-base", 0.2229, 24, 768, heads: 12, words: 32_128, kind: .encoderDecoder, "Google T5"),
        text("t5-large", 0.7377, 48, 1_024, heads: 16, words: 32_128, kind: .encoderDecoder, "Google T5"),
        text("t5-3b", 2.85, 48, 1_024, heads: 32, words: 32_128, kind: .encoderDecoder, "Google T5"),
        text("t0-3b", 2.85, 48, 2_048, heads: 32, words: 32_128, kind: .encoderDecoder, "BigScience T0"),
        text("mt0-xxl", 12.92, 48, 4_096, heads: 64, words: 250_112, kind: .encoderDecoder, "BigScience mT0"),
        text("whisper-small", 0.2418, 24, 768, heads: 12, words: 51_865, kind: .encoderDecoder, "OpenAI Whisper"),
        text("whisper-large", 1.5433, 64, 1_280, heads: 20, words: 51_865, kind: .encoderDecoder, "OpenAI Whisper"),
        // 197 patches of 16 × 16 for an image of 224 × 224: give the number of patches as --sequence.
        text("vit-b-16", 0.0866, 12, 768, heads: 12, words: 1_000, kind: .encoder, "Google Vision Transformer"),
        text("vit-l-16", 0.3043, 24, 1_024, heads: 16, words: 1_000, kind: .encoder, "Google Vision Transformer"),
    ]
}
