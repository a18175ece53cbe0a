/// A kind of work whose rate was measured on many accelerators.
package struct Workload: Hashable, Sendable {
    /// `resnet50-train`.
    package let name: String
    /// For people: `training ResNet-50 on images of 224 × 224`.
    package let words: String
    package let shape: SpeedShape
    /// What a rate counts: `images`, `tokens`, `sequences`.
    package let unit: String
    /// Units a second of this work on the reference accelerator, at the batch that fills its memory; nil: only ratios are
    /// known. By precision.
    package let referenceRates: [ReferenceRate]

    /// A measured or fitted rate.
    package struct ReferenceRate: Hashable, Sendable {
        package let precision: Precision
        package let rate: Double
    }

    package init(
        _ name: String, _ words: String, _ shape: SpeedShape, unit: String, fp32: Double? = nil, fp16: Double? = nil
    ) {
        self.name = name
        self.words = words
        self.shape = shape
        self.unit = unit
        var rates: [ReferenceRate] = []
        if let fp32 { rates.append(ReferenceRate(precision: .fp32, rate: fp32)) }
        if let fp16 {
            rates.append(ReferenceRate(precision: .fp16, rate: fp16))
            rates.append(ReferenceRate(precision: .bf16, rate: fp16))
        }
        referenceRates = rates
    }

    /// Rates are multiples of this one's.
    package static let reference = "Tesla V100 SXM2 16GB"

    /// All that the advisor knows. The rates are constants fitted over published measurements on V100 to H100 (Lambda's
    /// benchmark of deep-learning workloads and NVIDIA's examples), one for each workload and precision.
    package static let all: [Workload] = [
        Workload("resnet50-train", "training ResNet-50", .convolution, unit: "images", fp32: 384, fp16: 701),
        Workload("ssd-train", "training the detector SSD", .convolution, unit: "images", fp32: 119, fp16: 213),
        Workload("cnn-train", "training a convolutional network", .convolution, unit: "images"),
        Workload("vgg16-train", "training VGG-16", .convolution, unit: "images"),
        Workload("bert-base-train", "fine-tuning BERT-base", .transformer, unit: "sequences", fp32: 52.5, fp16: 174),
        Workload("bert-large-train", "fine-tuning BERT-large", .transformer, unit: "sequences", fp32: 17.3, fp16: 61.2),
        Workload(
            "gnmt-train", "training the translator GNMT (LSTM)", .transformer, unit: "tokens", fp32: 20_000, fp16: 60_000),
        Workload("lstm-train", "training a recurrent network", .transformer, unit: "sequences"),
        Workload("transformer-train", "training a transformer", .transformer, unit: "tokens"),
        Workload(
            "transformer-xl-train", "training Transformer-XL", .smallTransformer, unit: "tokens", fp32: 10_500, fp16: 21_000),
        Workload("llm-train", "training a large language model", .largeTransformer, unit: "tokens"),
        Workload("llm-prefill", "reading a language model's prompt", .largeTransformer, unit: "tokens"),
        Workload("llm-decode", "writing text with a language model", .decoding, unit: "tokens"),
        Workload("cnn-inference", "asking a convolutional network, many at once", .convolution, unit: "images"),
        Workload("matmul", "large products of matrices", .matrixProduct, unit: "products"),
        Workload("elementwise", "sums over large arrays", .decoding, unit: "bytes"),
    ]

    /// Whether weights are learned, and not only used.
    package var isTraining: Bool { name.hasSuffix("-train") }

    /// nil: none is named so; `nearest` finds what may be meant.
    package static func named(_ name: String) -> Workload? { all.first { $0.name == name } }
}

/// What the speed of a kind of work follows: a product of powers of the tensor rate, the ordinary rate and the bandwidth of memory.
///
/// Fitted over 300 published rates on twelve accelerators. Tensor rate alone is off by 27 to 44 % on average, the rate of
/// CUDA cores by 45 to 89 %, bandwidth alone by 11 to 36 %; these by 5 to 15 %. `make advice-check` prints it.
package struct SpeedShape: Hashable, Sendable {
    /// Sixteenths; with the bandwidth's they make 16.
    package let tensor: Int
    package let ordinary: Int

    package init(tensor: Int, ordinary: Int) {
        self.tensor = tensor
        self.ordinary = ordinary
    }

    package var bandwidth: Int { 16 - tensor - ordinary }

    package static let convolution = SpeedShape(tensor: 2, ordinary: 3)
    package static let smallTransformer = SpeedShape(tensor: 2, ordinary: 3)
    package static let transformer = SpeedShape(tensor: 6, ordinary: 1)
    /// Of a hundred million parameters and more at long sequences: utilisation of the tensor cores falls from A100 to H100 as
    /// bandwidth does (MosaicML's tables: 54 % and 40 %).
    package static let largeTransformer = SpeedShape(tensor: 9, ordinary: 0)
    package static let matrixProduct = SpeedShape(tensor: 16, ordinary: 0)
    /// Every byte of the weights is read for every token.
    package static let decoding = SpeedShape(tensor: 0, ordinary: 0)
}
