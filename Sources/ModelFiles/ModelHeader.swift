/// What a model's files say about it, read from their headers: no weight is loaded and no code of the model runs.
package struct ModelHeader: Sendable, Equatable {
    package enum Format: String, Sendable, Equatable, CaseIterable {
        case safetensors, gguf, onnx
    }

    package enum Kind: String, Sendable, Equatable, CaseIterable {
        /// Reads all of a text at once: BERT, ViT.
        case encoder
        /// Writes a text token by token, and keeps keys and values of those before.
        case decoder
        case encoderDecoder
    }

    package var format: Format
    /// Numbers that were trained: of packed weights the numbers in them, without their scales and zero points.
    package var parameters: Int
    /// Bytes of all tensors, scales and zero points too: what loading them as they are takes.
    package var weightBytes: Int
    package var tensors: Int
    /// The largest first; they add up to `parameters`.
    package var precisions: [ModelPrecision]
    /// Whether weights are kept in fewer than 16 bits.
    package var quantised: Bool
    /// As the files call it, such as `llama`: somebody else's word, without control characters, 80 characters at most.
    package var architecture: String?
    package var kind: Kind?

    /// Of an encoder-decoder, both halves together.
    package var layers: Int?
    package var hidden: Int?
    package var intermediate: Int?
    package var heads: Int?
    /// Where layers differ, the most that one has.
    package var keyValueHeads: Int?
    /// Numbers in a key of one head.
    package var headWidth: Int?
    /// Numbers kept per token and layer in place of keys and values, where a model compresses them (DeepSeek).
    package var latentWidth: Int?
    package var vocabulary: Int?
    /// Tokens at once.
    package var context: Int?
    package var experts: Int?
    /// Experts that each token visits.
    package var expertsPerToken: Int?

    /// With scales and zero points; nil without parameters.
    package var bitsPerWeight: Double? { parameters > 0 ? Double(weightBytes) * 8 / Double(parameters) : nil }

    package init(
        format: Format, parameters: Int, weightBytes: Int, tensors: Int, precisions: [ModelPrecision], quantised: Bool
    ) {
        self.format = format
        self.parameters = parameters
        self.weightBytes = weightBytes
        self.tensors = tensors
        self.precisions = precisions
        self.quantised = quantised
    }
}

/// How many parameters a model keeps in one type of number.
package struct ModelPrecision: Sendable, Equatable {
    /// `F32`, `BF16`, `I4`, `NF4`, `Q4_K`: one spelling for all formats.
    package var name: String
    package var parameters: Int

    package init(name: String, parameters: Int) {
        self.name = name
        self.parameters = parameters
    }
}
