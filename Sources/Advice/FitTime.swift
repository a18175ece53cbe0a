package import Advisor
import CatalogueFiles
import FleetModel
import WireModel

/// Prices of rented machines and the day that they are looked at.
package struct RentsToday: Sendable {
    let today: CivilDate
    let imported: [RentalPrice]

    /// - Parameter imported: beside those that are built in.
    package init(_ today: CivilDate, imported: [RentalPrice] = []) {
        self.today = today
        self.imported = imported
    }
}

/// Answers how long the amount takes that somebody asked about, what energy it needs and what it costs to rent.
struct FitTime {
    let amount: WorkAmount
    private let utilisation: Double?
    private let epochs: Int
    /// Of images: how many operations the network has was not said.
    private let isGuessed: Bool

    /// nil: no amount was asked about.
    init?(_ question: FitQuestion, _ work: MemoryQuestion) throws(AdviceError) {
        let tokens = try Self.count(question.tokens, "--tokens"),
            read = try Self.count(question.promptTokens, "--prompt-tokens")
        let samples = try Self.count(question.samples, "--samples")
        let epochs = try Given.number(question.epochs, "--epochs", 1...1_000_000) ?? 1
        let times = Double(epochs)
        utilisation = try Self.part(question.utilisation)
        self.epochs = epochs
        isGuessed = work.shape.isConvolution && question.model == nil
        guard tokens != nil || read != nil || samples != nil else {
            if question.epochs != nil || utilisation != nil {
                throw .missing(
                    what: "How much", instead: "Say it with --tokens 1e9, or --samples 1e6 of images or examples.")
            }
            return nil
        }
        guard question.epochs == nil || work.method != .inference else {
            throw .notThere("--epochs are of training: say which with --method full, lora or qlora.")
        }
        guard samples == nil || tokens == nil && read == nil else {
            throw .notThere("Say how much once: --tokens, or --samples.")
        }
        if case .convolution = work.shape.kind {
            guard let samples else {
                throw .notThere("Tokens are what models of text are made for: this one looks at images. Say --samples 1e6.")
            }
            guard utilisation == nil || !isGuessed else {
                throw .notThere(
                    "--utilisation needs the number of operations, which --outputs doesn't tell: leave it out, or name a built-in network that is built alike."
                )
            }
            amount = .images(samples * times)
            return
        }
        let writes = if case .encoder = work.shape.kind { false } else { work.method == .inference }
        if writes {
            guard samples == nil else {
                throw .notThere(
                    "How much a model writes is told in tokens: --tokens for its answers, --prompt-tokens for what it reads."
                )
            }
            amount = .answers(written: (tokens ?? 0) * times, read: (read ?? 0) * times)
            return
        }
        guard read == nil else {
            throw .notThere("Prompts are of models that write text: for training and for encoders say --tokens.")
        }
        amount = .tokens((tokens ?? (samples ?? 0) * Double(work.sequence)) * times)
    }

    /// Adds to one that it may fit what the work takes there.
    func add(
        to device: inout FitDevice, _ accelerator: Accelerator, _ work: MemoryQuestion, _ catalogue: Catalogue,
        _ rents: RentsToday?
    ) -> TimePrediction? {
        guard case .found(let found) = catalogue.find(Workload.reference), let reference = found.first,
            let prediction = TimePrediction(
                amount, of: work, on: accelerator, reference: reference, utilisation: utilisation)
        else { return nil }
        device.seconds = EstimatedRange(prediction.seconds)
        device.energyJoules = prediction.joules.map(EstimatedRange.init)
        device.rent = rents.flatMap { FitRent(accelerator, prediction.seconds, work.devices, $0) }
        return prediction
    }

    private static func count(_ given: Double?, _ what: String) throws(AdviceError) -> Double? {
        guard let given else { return nil }
        guard given.isFinite, given >= 1, given <= 1e18 else {
            throw .outOfRange(what: what, given: "\(given)", least: "1", most: "1e18")
        }
        return given
    }

    private static func part(_ given: Double?) throws(AdviceError) -> Double? {
        guard let given else { return nil }
        guard given.isFinite, given >= 0.001, given <= 1 else {
            throw .outOfRange(what: "--utilisation", given: "\(given)", least: "0.1%", most: "100%")
        }
        return given
    }

    /// What decides the times where it is not the GPUs' speed, and could be changed.
    func notes(_ predictions: [(name: String, TimePrediction)]) -> [String] { FitWords.bounds(predictions) }

    /// What the times rest on.
    func assumptions(_ work: MemoryQuestion, _ predictions: [(name: String, TimePrediction)], lends: Bool) -> [String] {
        var words = ["time for \(FitWords.amount(amount, epochs))"]
        if let utilisation {
            words.append("\(FitWords.percent(utilisation)) of the data sheet's tensor rate, as said (--utilisation)")
        } else if case .images = amount {
            words.append(
                "images: ResNet-50's published rates, weighed by the network; loaded with care at the lower bound, slowly at the upper one"
            )
        } else {
            words.append(
                "a script of one's own reaches 32 % of an A100's tensor rate, and less where memory is slow beside it; with much care "
                    + "twice that (the lower bound), without half (the upper one; --utilisation says yours)")
        }
        if work.weights == .fp32, utilisation == nil {
            words.append(
                "FP32 is multiplied as TF32 where there are tensor cores (PyTorch: set_float32_matmul_precision('high'))")
        }
        if isGuessed {
            words.append(
                "its operations are guessed: \(Int(ModelShape.ConvolutionShape.likelyProducts)) multiplications for each number that its "
                    + "convolutions put out, as ResNet-50 has")
        }
        if work.devices > 1, utilisation == nil {
            words.append(
                "GPUs of one machine, which send over NVLink where the data sheet has one, else over PCIe; between machines the network "
                    + "decides")
        }
        words.append(
            "5 s for a program to start; preparing data and writing checkpoints are not counted")
        if predictions.contains(where: { $0.1.joules != nil }) { words.append(FitWords.energy(predictions)) }
        if lends {
            words.append("rents: of the cheapest offer of each provider the one in the middle, a GPU's share of its machine")
        }
        return words
    }
}

extension EstimatedRange {
    fileprivate init(_ bracket: Bracket) {
        self.init(lower: bracket.lower, expected: bracket.expected, upper: bracket.upper)
    }
}

extension FitRent {
    /// nil: nobody is known to lend it, or it would cost more than a trillion.
    fileprivate init?(_ accelerator: Accelerator, _ seconds: Bracket, _ count: Int, _ rents: RentsToday) {
        var question = OwnershipDesk.Question(today: rents.today)
        question.imported = rents.imported
        guard let price = OwnershipRents.usual(OwnershipRents.prices(accelerator, question), rents.today) else { return nil }
        func cost(_ seconds: Double) -> Money? {
            guard seconds < 1e15 else { return nil }
            let cost = price.cost(of: TimeSpan(milliseconds: Int64((seconds * 1_000).rounded(.up))), count: count)
            return cost.micros <= 1_000_000_000_000_000_000 ? cost.money : nil
        }
        guard let lower = cost(seconds.lower), let expected = cost(seconds.expected), let upper = cost(seconds.upper) else {
            return nil
        }
        self.init(
            provider: price.provider, region: price.region, instance: price.instance, date: price.date.text,
            isOld: price.isOld(on: rents.today), currency: price.onDemand.currency, perGPUHour: price.perDevice.money,
            lower: lower, expected: expected, upper: upper)
    }
}
