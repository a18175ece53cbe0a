/// What of a network decides how much memory it needs.
package struct ModelShape: Hashable, Sendable {
    package var parameters: Double
    package var kind: Kind
    package var layers: Int
    package var hidden: Int
    package var heads: Int
    package var keyValueHeads: Int
    package var vocabulary: Int
    /// Of words: one where what goes in and what comes out share it, else two.
    package var tables: Int
    /// Numbers that one layer keeps of a token for those after it; nil: as heads and width say. Models with heads of another width,
    /// or that keep a compressed form (DeepSeek), say it.
    package var keptWidth: Double?
    /// Parameters that one token meets, where it visits a few experts of many; nil: all.
    package var activeParameters: Double?

    /// How its activations grow.
    package enum Kind: Hashable, Sendable {
        /// Writes text: its last layer makes a number for every word of the vocabulary and token.
        case decoder
        /// Reads text (BERT).
        case encoder
        /// Reads and writes (T5).
        case encoderDecoder
        /// Looks at images.
        case convolution(ConvolutionShape)
    }

    /// What a convolutional network makes of one image.
    package struct ConvolutionShape: Hashable, Sendable {
        /// Numbers that its convolutions put out, at `side`.
        package let outputs: Double
        /// Multiplications with additions of one pass, at `side`.
        package let products: Double
        /// Pixels of the image's side that the two are for.
        package let side: Int

        /// For each number that convolutions put out; of ResNet-50, where nothing else is known.
        package static let likelyProducts = 370.0

        package init(outputs: Double, products: Double, side: Int) {
            self.outputs = outputs
            self.products = products
            self.side = side
        }
    }

    package init(
        parameters: Double, kind: Kind, layers: Int = 0, hidden: Int = 0, heads: Int? = nil, keyValueHeads: Int? = nil,
        vocabulary: Int? = nil, tables: Int = 2, keptWidth: Double? = nil
    ) {
        self.parameters = parameters
        self.kind = kind
        self.layers = layers
        self.hidden = hidden
        self.tables = tables
        self.keptWidth = keptWidth
        let heads = heads ?? Self.usualHeads(hidden)
        self.heads = heads
        self.keyValueHeads = min(heads, keyValueHeads ?? heads)
        self.vocabulary = vocabulary ?? Self.likelyVocabulary(parameters, layers, hidden)
    }

    /// Heads are 64 numbers wide in small models and 128 in large ones.
    static func usualHeads(_ hidden: Int) -> Int { max(1, hidden / (hidden >= 2_048 ? 128 : 64)) }

    /// What is left when layers of 12 · hidden² are taken off lies in two tables of words; between 30,000 and 160,000 words.
    static func likelyVocabulary(_ parameters: Double, _ layers: Int, _ hidden: Int) -> Int {
        guard layers > 0, hidden > 0 else { return 32_000 }
        let rest = parameters - 12 * Double(layers) * Double(hidden) * Double(hidden)
        return Int(min(160_000, max(30_000, rest / (2 * Double(hidden)))))
    }

    /// Whether it looks at images.
    package var isConvolution: Bool {
        if case .convolution = kind { true } else { false }
    }

    /// Parameters of the tables of words, which quantisation leaves as they are: at most half of all.
    package var embedding: Double {
        switch kind {
        case .decoder: min(Double(tables) * Double(vocabulary) * Double(hidden), parameters / 2)
        case .encoder, .encoderDecoder: min(Double(vocabulary) * Double(hidden), parameters / 2)
        case .convolution: 0
        }
    }

    /// Parameters that one token is multiplied with.
    package var active: Double { min(parameters, activeParameters ?? parameters) }

    /// Numbers that are kept of one token for those after it: keys and values of all layers.
    package var keysAndValues: Double {
        Double(layers) * (keptWidth ?? 2 * Double(keyValueHeads) * Double(hidden) / Double(max(1, heads)))
    }
}
