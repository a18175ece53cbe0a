/// A `config.json` of Hugging Face's transformers, which says how a model is built.
struct ModelConfig {
    let fields: ConfigFields

    static let fileName = "config.json"

    init(_ fields: ConfigFields) { self.fields = fields }

    /// - Returns: nil where the folder has none.
    static func read(in folder: OpenFolder) throws(ModelFileError) -> ModelConfig? {
        guard let file = try folder.file(fileName) else { return nil }
        return try read(file)
    }

    static func read(_ file: OpenFile) throws(ModelFileError) -> ModelConfig {
        guard file.size <= Limit.config else {
            throw .tooLarge(file: file.name, what: .configuration, found: UInt64(file.size), most: Limit.config)
        }
        var scanner = JSONScanner(try file.bytes(at: 0, count: file.size), file: file.name)
        let fields = try ConfigFields.read(&scanner)
        try scanner.finish()
        return ModelConfig(fields)
    }

    /// Bits of a packed weight; nil where it says nothing of them.
    var bits: Int? {
        for holder in [fields, language] {
            for name in ["quantization_config", "quantization"] {
                guard let quantised = holder.inner[name] else { continue }
                let weights = quantised.inner["config_groups"]?.inner["group_0"]?.inner["weights"]
                if let bits = quantised.size(["bits", "w_bit"]) ?? weights?.size(["num_bits"]), bits <= 16 {
                    return bits
                }
            }
        }
        return nil
    }

    func describe(_ header: inout ModelHeader) {
        header.architecture = fields.texts["model_type"].map { PlainText.short($0) }
        header.kind = kind
        header.layers = layers
        header.hidden = size(["hidden_size", "n_embd", "d_model", "n_embed", "model_dim", "dim"])
        header.intermediate = size([
            "intermediate_size", "n_inner", "ffn_dim", "d_ff", "ffn_hidden_size", "encoder_ffn_dim",
        ])
        header.heads = size(["num_attention_heads", "n_head", "n_heads", "num_heads", "encoder_attention_heads"])
        header.keyValueHeads = keyValueHeads(header.heads)
        header.headWidth =
            size(["head_dim", "d_kv", "kv_channels"]) ?? Self.headWidth(header.hidden, header.heads)
        if let rank = size(["kv_lora_rank"]) { header.latentWidth = rank + (size(["qk_rope_head_dim"]) ?? 0) }
        header.vocabulary = size(["vocab_size", "padded_vocab_size"])
        header.context = size([
            "max_position_embeddings", "n_positions", "n_ctx", "seq_length", "max_sequence_length", "max_seq_len",
            "max_target_positions",
        ])
        header.experts = size(["num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts"])
        header.expertsPerToken = size(["num_experts_per_tok", "num_experts_per_token", "moe_k", "moe_topk"])
        header.quantised = header.quantised || isQuantised
    }

    /// As nearly all models divide it; nil where it doesn't come out even.
    static func headWidth(_ hidden: Int?, _ heads: Int?) -> Int? {
        guard let hidden, let heads, heads > 0, hidden % heads == 0 else { return nil }
        return hidden / heads
    }

    /// Of a model that sees or hears too, the part that writes.
    private var language: ConfigFields {
        for name in ConfigFields.languageModels {
            guard let inner = fields.inner[name] else { continue }
            return inner.inner["text_config"] ?? inner
        }
        return fields
    }

    private func size(_ names: [String]) -> Int? { language.size(names) ?? fields.size(names) }

    private func isTrue(_ name: String) -> Bool { language.truths[name] ?? fields.truths[name] ?? false }

    private var isQuantised: Bool {
        fields.inner["quantization_config"] != nil || fields.inner["quantization"] != nil
            || language.inner["quantization_config"] != nil
    }

    private var layers: Int? {
        guard isTrue("is_encoder_decoder") else {
            return size(["num_hidden_layers", "n_layer", "n_layers", "num_layers"])
        }
        // Bart and its kin name both halves; T5 says only where the second differs.
        if let encoder = size(["encoder_layers"]), let decoder = size(["decoder_layers"]) { return encoder + decoder }
        let encoder = size(["num_layers", "num_hidden_layers"])
        return encoder.map { $0 + (size(["num_decoder_layers"]) ?? $0) }
    }

    private func keyValueHeads(_ heads: Int?) -> Int? {
        if let stated = size(["num_key_value_heads", "num_kv_heads", "n_head_kv", "multi_query_group_num"]) {
            // Falcon states one per head and shares one all the same, but for its newer design.
            let sharesOne = isTrue("multi_query") && !isTrue("new_decoder_architecture")
            return sharesOne && stated == heads ? 1 : stated
        }
        return isTrue("multi_query") ? 1 : heads
    }

    private var kind: ModelHeader.Kind? {
        if isTrue("is_encoder_decoder") { return .encoderDecoder }
        if isTrue("is_decoder") { return .decoder }
        if let type = fields.texts["model_type"], Self.encoders.contains(type) { return .encoder }
        for name in fields.classes {
            if name.hasSuffix("ForCausalLM") || name.hasSuffix("LMHeadModel")
                || name.hasSuffix("ForConditionalGeneration")
            {
                return .decoder
            }
            if name.hasSuffix("ForMaskedLM") { return .encoder }
        }
        return nil
    }

    private static let encoders: Set<String> = [
        "albert", "beit", "bert", "camembert", "convbert", "data2vec-text", "deberta", "deberta-v2", "deit", "dinov2",
        "distilbert", "electra", "ernie", "esm", "hubert", "longformer", "modernbert", "mpnet", "nomic_bert", "roberta",
        "siglip_vision_model", "swin", "vit", "vit_mae", "wav2vec2", "wavlm", "xlm-roberta", "xlm-roberta-xl",
    ]
}
