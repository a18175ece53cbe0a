import Advisor
import ModelFiles
import WireModel

extension ModelShape {
    /// From a file's header; what it doesn't say must be in the question.
    init(_ header: ModelHeader, _ question: FitQuestion) throws(AdviceError) {
        let layers = try Given.number(question.layers, "--layers", 1...100_000) ?? header.layers
        let hidden = try Given.number(question.hidden, "--hidden", 1...10_000_000) ?? header.hidden
        guard let layers, let hidden, layers > 0, hidden > 0 else {
            guard let outputs = question.outputs else {
                // Weights are known, and what comes and goes is not: as for a network of images of usual proportions.
                self.init(
                    parameters: Double(header.parameters),
                    kind: .convolution(.init(outputs: Double(header.parameters) / 2, products: 1, side: 224)))
                return
            }
            self.init(
                parameters: Double(header.parameters),
                kind: .convolution(.init(outputs: outputs, products: 1, side: question.side ?? 224)))
            return
        }
        let kind = try FitDesk.kind(question.kind) ?? header.shapeKind
        self.init(
            parameters: Double(header.parameters), kind: kind, layers: layers,
            hidden: hidden, heads: question.heads ?? header.heads,
            keyValueHeads: question.keyValueHeads ?? header.keyValueHeads,
            vocabulary: question.vocabulary ?? header.vocabulary)
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
