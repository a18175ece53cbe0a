import Advisor
import ModelFiles
import WireModel

extension ModelShape {
    /// From a file's header; what it doesn't say must be in the question.
    init(_ header: ModelHeader, _ question: FitQuestion) throws(AdviceError) {
        let given = try GivenShape(question)
        guard let layers = given.layers ?? header.layers, let hidden = given.hidden ?? header.hidden, layers > 0, hidden > 0
        else {
            self = try Self.ofWeightsAlone(header, question, given)
            return
        }
        self.init(
            parameters: Double(header.parameters), kind: given.kind ?? header.shapeKind, layers: layers,
            hidden: hidden, heads: given.heads ?? header.heads,
            keyValueHeads: given.keyValueHeads ?? header.keyValueHeads,
            vocabulary: given.vocabulary ?? header.vocabulary, keptWidth: Self.keptWidth(header))
        activeParameters = Self.active(header, layers: layers, hidden: hidden)
    }

    /// Without the experts that a token doesn't visit, each of three matrices. nil: there are none, or the header's numbers don't
    /// belong together.
    private static func active(_ header: ModelHeader, layers: Int, hidden: Int) -> Double? {
        guard let experts = header.experts, let visited = header.expertsPerToken, let wide = header.intermediate,
            (1..<max(2, experts)).contains(visited)
        else { return nil }
        let left =
            Double(header.parameters)
            - 3 * Double(layers) * Double(hidden) * Double(wide) * Double(experts - visited)
        return left > Double(header.parameters) / 50 ? left : nil
    }

    /// DeepSeek keeps one compressed vector, others keys and values of each head.
    private static func keptWidth(_ header: ModelHeader) -> Double? {
        if let latent = header.latentWidth { return Double(latent) }
        guard let width = header.headWidth, let heads = header.keyValueHeads ?? header.heads else { return nil }
        return 2 * Double(width) * Double(heads)
    }

    /// A file that doesn't say how its network is built: with --outputs one of images; else what comes and goes is unknown.
    private static func ofWeightsAlone(
        _ header: ModelHeader, _ question: FitQuestion, _ given: GivenShape
    ) throws(AdviceError) -> ModelShape {
        let parameters = Double(header.parameters)
        if let images = given.images { return ModelShape(parameters: parameters, kind: images) }
        guard question.method == nil || question.method == "inference" else {
            throw .missing(
                what: "How the network is built",
                instead:
                    "The file tells its weights alone. Training needs more: --layers and --hidden of a transformer, --outputs of a "
                    + "network of images; or give the folder with its config.json.")
        }
        return ModelShape(parameters: parameters, kind: .decoder, layers: 0, hidden: 0, vocabulary: 0)
    }
}

extension ModelHeader {
    /// What its weights lie in memory as, if nothing else is said.
    var usualWeights: MemoryQuestion.WeightFormat {
        let bits = parameters > 0 ? Double(weightBytes) * 8 / Double(parameters) : 16
        return bits > 24 ? .fp32 : bits > 12 ? .bf16 : bits > 6.8 ? .int8 : .int4
    }

    /// What nobody says is a decoder: most files that people download are.
    var shapeKind: ModelShape.Kind {
        switch kind {
        case .encoder: .encoder
        case .encoderDecoder: .encoderDecoder
        case .decoder, nil: .decoder
        }
    }
}
