/// What somebody wants to do with a model: the body of `POST /v1/advice/fit`.
package struct FitQuestion: Codable, Equatable, Sendable {
    /// Of the built-in list; or what `parameters`, `layers` and `hidden` describe.
    package var model: String?
    package var parameters: Double?
    package var layers: Int?
    package var hidden: Int?
    package var heads: Int?
    package var keyValueHeads: Int?
    package var vocabulary: Int?
    /// `decoder`, `encoder`, `encoder-decoder`, `cnn`; nil: a decoder, or a `cnn` where there are no layers.
    package var kind: String?
    /// For a `cnn`: numbers that its convolutions put out for one image.
    package var outputs: Double?
    /// `full`, `lora`, `qlora`, `inference`.
    package var method: String?
    /// `fp32`, `fp16`, `bf16`, `pure-bf16`, `int8`, `int4`.
    package var precision: String?
    /// `adamw`, `adamw-8bit`, `sgd-momentum`, `sgd`, `adafactor`, `lion`.
    package var optimizer: String?
    package var batch: Int?
    package var sequence: Int?
    /// Pixels of an image's side.
    package var side: Int?
    package var rank: Int?
    package var checkpointing: Bool?
    /// Attention that writes its table of scores.
    package var plainAttention: Bool?
    package var chunkedLoss: Bool?
    package var gpus: Int?
    /// `none`, `zero1`, `zero2`, `zero3`, `fsdp`, `tensor`.
    package var sharding: String?
    /// The accelerator to judge by, or a range of memory such as `24GB..`; nil: common ones.
    package var gpu: String?
    /// What a transformer is trained with, an encoder reads or a decoder writes; with one of the two that follow, times are told.
    package var tokens: Double?
    /// What a decoder reads before it writes.
    package var promptTokens: Double?
    /// Images, or examples of `sequence` tokens.
    package var samples: Double?
    /// How often all of them.
    package var epochs: Int?
    /// The part of the tensor rate that is reached; nil: what a script of one's own reaches.
    package var utilisation: Double?

    package init() {}
}

/// Whether a model fits: the answer to a `FitQuestion`.
package struct FitView: Codable, Equatable, Sendable {
    package var model: String
    /// Who says so: the built-in list's source, a file, or the question.
    package var source: String
    package var parameters: Double
    /// In words: all that was assumed, whether asked for or not.
    package var assumptions: [String]
    /// Of each device.
    package var lowerBytes: Int64
    package var expectedBytes: Int64
    package var safeBytes: Int64
    package var gpus: Int
    /// `expectedBytes` of all devices.
    package var totalExpectedBytes: Int64
    package var parts: [FitPart]
    package var devices: [FitDevice]
    /// What decides times where it is not the GPUs' speed, and could be changed.
    package var timeNotes: [String]
    /// What to change where it doesn't fit the device that was named.
    package var remedies: [FitRemedy]

    package init(
        model: String, source: String, parameters: Double, assumptions: [String], lowerBytes: Int64, expectedBytes: Int64,
        safeBytes: Int64, gpus: Int, totalExpectedBytes: Int64, parts: [FitPart], devices: [FitDevice], timeNotes: [String],
        remedies: [FitRemedy]
    ) {
        self.model = model
        self.source = source
        self.parameters = parameters
        self.assumptions = assumptions
        self.lowerBytes = lowerBytes
        self.expectedBytes = expectedBytes
        self.safeBytes = safeBytes
        self.gpus = gpus
        self.totalExpectedBytes = totalExpectedBytes
        self.parts = parts
        self.devices = devices
        self.timeNotes = timeNotes
        self.remedies = remedies
    }
}
