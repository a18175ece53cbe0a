extension GGUFHeader {
    /// - Parameter parts: the first one has all keys.
    static func describe(_ parts: [GGUFHeader], of file: String) throws(ModelFileError) -> ModelHeader {
        var tally = Tally()
        for part in parts { try tally.add(part.tally, file: file) }
        var header = tally.header(.gguf)
        parts.first?.describe(&header)
        return header
    }

    private func describe(_ header: inout ModelHeader) {
        header.vocabulary = tokens
        guard let name = texts["general.architecture"], !name.isEmpty else { return }
        func size(_ key: String) -> Int? {
            numbers["\(name).\(key)"].flatMap { $0 > 0 && $0 <= Limit.size ? $0 : nil }
        }
        header.architecture = PlainText.short(name)
        header.layers = size("block_count")
        header.hidden = size("embedding_length")
        header.intermediate = size("feed_forward_length")
        header.heads = size("attention.head_count")
        // Without it, each head has its own, by the format's description.
        header.keyValueHeads = size("attention.head_count_kv") ?? header.heads
        header.headWidth = size("attention.key_length") ?? ModelConfig.headWidth(header.hidden, header.heads)
        if let rank = size("attention.kv_lora_rank") {
            header.latentWidth = rank + (size("rope.dimension_count") ?? 0)
        }
        header.vocabulary = size("vocab_size") ?? tokens
        header.context = size("context_length")
        header.experts = size("expert_count")
        header.expertsPerToken = size("expert_used_count")
        header.kind = Self.kinds[name] ?? (header.layers != nil && header.vocabulary != nil ? .decoder : nil)
    }

    private static let kinds: [String: ModelHeader.Kind] = [
        "bert": .encoder, "nomic-bert": .encoder, "nomic-bert-moe": .encoder, "jina-bert-v2": .encoder,
        "modern-bert": .encoder, "neo-bert": .encoder, "t5encoder": .encoder, "clip": .encoder, "t5": .encoderDecoder,
    ]
}
