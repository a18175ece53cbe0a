/// What goes between the accelerators of one machine.
///
/// Counted as rings do it: a sum over all of them sends and takes twice the numbers of one, a gathering or a scattered sum once,
/// less the part that is there already.
struct GPULink {
    private let question: MemoryQuestion
    /// Bytes a second one way; fast, usual and slow.
    private let rate: (fast: Double, usual: Double, slow: Double)

    init(_ question: MemoryQuestion, _ accelerator: Accelerator) {
        self.question = question
        let bandwidth = Self.bandwidth(accelerator, question.devices)
        rate = (bandwidth * 0.9, bandwidth * 0.7, bandwidth * 0.45)
    }

    /// Links of modules join all of a machine, bridges of cards two of them; the others send through the slot.
    private static func bandwidth(_ accelerator: Accelerator, _ devices: Int) -> Double {
        if let both = accelerator.linkBandwidth, both > 0,
            devices <= 2 || accelerator.isModule || accelerator.pcieGeneration == nil
        {
            return both / 2
        }
        return OffloadTarget.bus(accelerator.pcieGeneration)
    }

    /// Of numbers that each device has a part of, or has in full, once around.
    private func seconds(_ bytes: Double) -> Bracket {
        guard question.devices > 1 else { return .none }
        let count = Double(question.devices), sent = bytes * (count - 1) / count
        return Bracket(sent / rate.fast, sent / rate.usual, sent / rate.slow)
    }

    private var numberBytes: Double { Double(question.weights.computed.bytes) }

    /// One step of training: weights gathered forward and backward and gradients scattered where each holds a part, else the sum
    /// of the gradients of all that is trained.
    func training(tokens: Double) -> Bracket {
        let trained = States.trained(question) * numberBytes
        switch question.sharding {
        case .zero3: return seconds(2 * gathered + (question.method == .full ? 1 : 2) * trained)
        case .tensor: return cut(tokens: tokens, passes: question.checkpointing ? 3 : 2)
        case .none, .zero1, .zero2: return seconds(2 * trained)
        }
    }

    /// One pass forward.
    func reading(tokens: Double) -> Bracket {
        switch question.sharding {
        case .zero3: seconds(gathered)
        case .tensor: cut(tokens: tokens, passes: 1)
        case .none, .zero1, .zero2: .none
        }
    }

    /// All weights, as they lie: frozen ones of 4 bits are sent as such, trained ones as they are multiplied.
    private var gathered: Double {
        question.method == .full
            ? question.shape.parameters * numberBytes : States(question).weights * Double(max(1, question.devices))
    }

    /// Two sums of a layer's numbers in each pass, where matrices are cut.
    private func cut(tokens: Double, passes: Double) -> Bracket {
        seconds(passes * 2 * 2 * Double(question.shape.layers) * Double(question.shape.hidden) * tokens * numberBytes)
    }
}
