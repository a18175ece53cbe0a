/// What somebody wants to do with a model: a body of `POST /v1/advice/fit`.
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
    /// The accelerator to judge by; nil: common ones.
    package var gpu: String?

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
    /// What to change where it doesn't fit the device that was named.
    package var remedies: [FitRemedy]

    package init(
        model: String, source: String, parameters: Double, assumptions: [String], lowerBytes: Int64, expectedBytes: Int64,
        safeBytes: Int64, gpus: Int, totalExpectedBytes: Int64, parts: [FitPart], devices: [FitDevice],
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
        self.remedies = remedies
    }
}

/// A part of the expected memory.
package struct FitPart: Codable, Equatable, Sendable {
    /// `weights`, `gradients`, `optimizer`, `activations`, …
    package var part: String
    package var words: String
    package var bytes: Int64

    package init(part: String, words: String, bytes: Int64) {
        self.part = part
        self.words = words
        self.bytes = bytes
    }
}

/// Where one model of accelerator stands.
package struct FitDevice: Codable, Equatable, Sendable {
    package var gpu: String
    package var memoryBytes: Int64
    /// `fits`, `mayFit`, `hardlyFits`, `doesNotFit`.
    package var verdict: String
    package var words: String

    package init(gpu: String, memoryBytes: Int64, verdict: String, words: String) {
        self.gpu = gpu
        self.memoryBytes = memoryBytes
        self.verdict = verdict
        self.words = words
    }
}

/// A change that makes it fit.
package struct FitRemedy: Codable, Equatable, Sendable {
    package var words: String
    /// What to give `carrel plan fit` then.
    package var options: String
    package var expectedBytes: Int64
    package var safeBytes: Int64

    package init(words: String, options: String, expectedBytes: Int64, safeBytes: Int64) {
        self.words = words
        self.options = options
        self.expectedBytes = expectedBytes
        self.safeBytes = safeBytes
    }
}
