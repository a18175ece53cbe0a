/// How long work takes from its parts, and the energy of its accelerators.
package struct TimePrediction: Hashable, Sendable {
    package let seconds: Bracket
    /// What takes the longest.
    package let bound: Bound
    /// Of all accelerators; nil: the data sheet says no power.
    package let joules: Bracket?

    /// What a run waits for.
    package enum Bound: String, Sendable {
        /// Products of matrices.
        case compute
        /// Reading weights and states.
        case memory
        /// Sending weights, gradients or activations from one accelerator to another.
        case link
        /// Starting kernels: steps are so small that the program in front of the accelerator can't keep up.
        case launches
    }

    /// - Parameters:
    ///   - reference: what `Workload.reference` names; rates of networks of images are multiples of its.
    ///   - utilisation: the part of the data sheet's tensor rate that useful work reaches (MFU: what checkpointing computes twice
    ///     is not counted); nil: what a script of one's own reaches.
    ///
    /// nil: the data sheet has no rate, or the amount isn't of this kind of model.
    package init?(
        _ amount: WorkAmount, of question: MemoryQuestion, on accelerator: Accelerator, reference: Accelerator,
        utilisation: Double? = nil
    ) {
        guard let runs = Self.runs(amount, question, accelerator, reference, utilisation) else { return nil }
        let spans = runs.map(\.seconds)
        seconds = spans.reduce(Self.start, +)
        let longest = spans.indices.max { spans[$0].expected < spans[$1].expected } ?? 0
        bound = runs[longest].bound
        joules = accelerator.watts.map { [seconds, bound] watts in
            Self.joules(seconds, bound, watts * Double(max(1, question.devices)))
        }
    }

    /// One after the other.
    private static func runs(
        _ amount: WorkAmount, _ question: MemoryQuestion, _ accelerator: Accelerator, _ reference: Accelerator,
        _ utilisation: Double?
    ) -> [RunPart]? {
        switch (amount, question.shape.kind) {
        case (.images(let count), .convolution(let shape)):
            return RunPart(
                images: count, shape, question, on: accelerator, reference: reference, utilisation: utilisation
            ).map { [$0] }
        case (_, .convolution), (.images, _), (.answers, .encoder): return nil
        case (.tokens(let count), _):
            return TransformerPace(question, accelerator, utilisation).map { pace in
                [question.method == .inference ? pace.reading(count) : pace.training(count)]
            }
        case (.answers(let written, let read), _):
            return TransformerPace(question, accelerator, utilisation).map {
                [$0.reading(read), $0.writing(written, after: read)]
            }
        }
    }

    /// Importing a framework and making a context takes 2 to 10 s; a large model's weights take longer to load.
    static let start = Bracket(2, OffloadTarget.start, 20)

    /// The part of a board's power that such work draws. Zeus's traces of training under limits of power show two thirds at the
    /// median; large products of matrices come near the limit, waiting for a program far below it.
    package static func share(_ bound: Bound) -> Bracket {
        switch bound {
        case .compute: Bracket(0.5, 0.75, 0.95)
        case .memory: Bracket(0.4, 0.6, 0.8)
        case .link, .launches: Bracket(0.2, 0.4, 0.6)
        }
    }

    /// Who takes longer draws less: the bounds of time and of power don't come together.
    private static func joules(_ seconds: Bracket, _ bound: Bound, _ watts: Double) -> Bracket {
        let share = share(bound)
        return Bracket(
            min(seconds.lower * share.expected, seconds.expected * share.lower),
            seconds.expected * share.expected,
            max(seconds.upper * share.expected, seconds.expected * share.upper)) * watts
    }
}

/// A run, or a part of one after which another comes.
struct RunPart {
    let seconds: Bracket
    let bound: TimePrediction.Bound

    /// The longest of them, at each bound; at the upper one nothing is sent while something is computed.
    init(compute: Bracket, memory: Bracket, launches: Bracket, link: Bracket = .none) {
        func longest(_ figure: (Bracket) -> Double) -> Double { max(figure(compute), figure(memory), figure(launches)) }
        let alone = longest(\.expected)
        seconds = Bracket(
            max(longest(\.lower), link.lower), max(alone, link.expected), longest(\.upper) + link.upper)
        bound =
            link.expected > alone
            ? .link : alone == compute.expected ? .compute : alone == memory.expected ? .memory : .launches
    }
}
