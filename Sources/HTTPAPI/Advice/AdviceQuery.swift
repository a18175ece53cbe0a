import Advice
import Advisor
import CheckoutService
import FleetModel
import Hummingbird
import HummingbirdCore
import LeaseLedger
import WebPages
import WireModel

/// Questions for the advisor as they stand behind the `?` of an address, of the API as of a page's form. An empty value is none.
struct AdviceQuery {
    private let parameters: [(name: String, value: String)]
    /// Whether a form of the pages asks, and what is wrong is named as its fields are.
    let isForm: Bool

    /// Forms write blanks as `+`.
    init(_ request: Request, isForm: Bool = false) {
        self.isForm = isForm
        do throws(Problem) { parameters = try FormBody((request.uri.query ?? "").utf8).fields } catch {
            // `50%` as somebody types it is no escape, and is read as it stands.
            parameters = request.uri.queryParameters.map { (String($0.key), String($0.value)) }
        }
    }

    /// The same as it is kept.
    init(_ options: [String: String]) {
        isForm = false
        parameters = options.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// A text of the advisor as this door says it.
    func said(_ text: String) -> String { isForm ? PlanField.onPage(text) : PlanField.overHTTP(text) }

    /// What was given, for a form that is shown again.
    func given(_ name: String) -> String { text(name) ?? "" }

    func text(_ name: String) -> String? {
        guard let found = parameters.first(where: { $0.name == name })?.value, !found.isEmpty else { return nil }
        return String(found.prefix(200))
    }

    /// All values of a name, and what stands between commas.
    func texts(_ name: String) -> [String] {
        var texts: [String] = []
        for parameter in parameters where parameter.name == name {
            texts += parameter.value.split(separator: ",").map { String($0.prefix(200)).trimmed }
        }
        return texts.filter { !$0.isEmpty }
    }

    func whole(_ name: String) throws(Problem) -> Int? { try read(name, "a whole number") { Int($0) } }

    func number(_ name: String) throws(Problem) -> Double? {
        try read(name, "a number") { text in Given.count(text).flatMap { $0.isFinite ? $0 : nil } }
    }

    func money(_ name: String) throws(Problem) -> Cost? {
        guard let text = text(name) else { return nil }
        guard let cost = Given.dollars(text) else {
            throw Problem.badInput("`\(name)` can't be “\(text.shown)”: \(Given.hint(forDollars: text)).")
        }
        return cost
    }

    /// In thousandths.
    func part(_ name: String) throws(Problem) -> Int? {
        guard let text = text(name) else { return nil }
        guard let part = Given.share(text) else {
            throw Problem.badInput("`\(name)` can't be “\(text.shown)”: \(Given.hint(forShare: text)).")
        }
        return part
    }

    func flag(_ name: String) throws(Problem) -> Bool {
        try read(name, "true or false") { ["true": true, "1": true, "on": true, "false": false, "0": false][$0] } ?? false
    }

    private func read<Value>(_ name: String, _ what: String, _ convert: (String) -> Value?) throws(Problem) -> Value? {
        guard let text = text(name) else { return nil }
        guard let value = convert(text) else {
            let label = isForm ? PlanField(rawValue: name)?.label : nil
            throw Problem.badInput("\(label.map { "“\($0)”" } ?? "`\(name)`") is \(what), not “\(text.shown)”.")
        }
        return value
    }
}

extension String {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

extension AdviceQuery {
    func fit() throws(Problem) -> FitQuestion {
        var question = FitQuestion()
        question.model = text("model")
        question.parameters = try number("params")
        question.layers = try whole("layers")
        question.hidden = try whole("hidden")
        question.heads = try whole("heads")
        question.keyValueHeads = try whole("kvHeads")
        question.vocabulary = try whole("vocabulary")
        question.kind = text("kind")
        question.outputs = try number("outputs")
        question.method = text("method")
        question.precision = text("precision")
        question.optimizer = text("optimizer")
        question.batch = try whole("batch")
        question.sequence = try whole("sequence")
        question.side = try whole("image")
        question.rank = try whole("rank")
        question.checkpointing = try flag("checkpointing")
        question.plainAttention = try flag("plainAttention")
        question.chunkedLoss = try flag("chunkedLoss")
        question.gpus = try whole("gpus")
        question.sharding = text("sharding")
        question.gpu = text("gpu")
        question.tokens = try number("tokens")
        question.promptTokens = try number("promptTokens")
        question.samples = try number("samples")
        question.epochs = try whole("epochs")
        question.utilisation = try part("utilisation").map { Double($0) / 1_000 }
        return question
    }

    func choice(year: Int) throws(Problem) -> ChoiceDesk.Question {
        var question = ChoiceDesk.Question(year: year)
        question.purpose = text("for")
        question.workload = text("workload")
        question.precision = text("precision")
        question.budget = try money("budget")
        question.growth = try read("growth", "a factor from 1 to 1000 such as 2x", ChoiceDesk.growth) ?? 1_000
        question.used = try flag("used")
        // A page's form always has them.
        if text("model") == nil, !isForm, let stray = ["method", "batch", "sequence"].first(where: { text($0) != nil }) {
            throw Problem.badInput("`\(stray)` goes with `model`.")
        }
        if text("model") != nil {
            var fit = FitQuestion()
            fit.model = text("model")
            fit.method = text("method")
            fit.batch = try whole("batch")
            fit.sequence = try whole("sequence")
            question.model = fit
        }
        return question
    }

    func offload(cores: Int) throws(Problem) -> OffloadDesk.Question {
        var question = OffloadDesk.Question(task: text("task") ?? "matmul", cores: try whole("cores") ?? cores)
        guard (1...100_000).contains(question.cores) else { throw Problem.badInput("`cores` is from 1 to 100000.") }
        question.size = try number("size")
        question.calls = try number("calls")
        question.gpu = text("gpu")
        question.stays = try flag("stays")
        question.processorRate = try number("cpuGflops").map { $0 * 1e9 }
        question.processorBandwidth = try number("cpuBandwidth").map { $0 * 1e9 }
        question.measured.rate = try number("gpuGflops").map { $0 * 1e9 }
        question.measured.bandwidth = try number("gpuBandwidth").map { $0 * 1e9 }
        question.measured.bus = try number("busBandwidth").map { $0 * 1e9 }
        if let wait = text("wait") {
            guard let seconds = Given.seconds(wait), seconds >= 0 else {
                throw Problem.badInput(said("--wait is a length of time: 90 (seconds), 10m, 1h."))
            }
            question.waiting = seconds
        }
        return question
    }

    func ownership(_ question: OwnershipDesk.Question) throws(Problem) -> OwnershipDesk.Question {
        var question = question
        question.gpu = text("gpu")
        question.gpus = try whole("gpus") ?? 8
        question.price = try money("price")
        question.perGPUHour = try money("rent")
        question.electricity = try money("electricity").map {
            ElectricityPrice(microsPerKilowattHour: $0.micros, currency: $0.currency)
        }
        question.staffPerYear = try money("staff")
        question.busyWatts = try whole("watts")
        question.idleWatts = try whole("idleWatts")
        question.months = try number("years").map { Int((Swift.min(1_000, Swift.max(0, $0)) * 12).rounded()) }
        question.surroundings = try part("surroundings")
        question.residual = try part("residual")
        question.maintenance = try part("maintenance")
        question.roomFactor = try read("pue", "a factor such as 1.56", Given.part)
        question.availability = try part("availability")
        question.extras = try part("extras")
        question.rentUsed = try part("rentUsed")
        question.busy = try part("utilisation")
        return question
    }

    /// Options of the question about owning and renting, as they stand in an address.
    static let ofCost: [StaticString] = [
        "gpu", "gpus", "price", "surroundings", "years", "residual", "utilisation", "availability", "electricity", "pue",
        "watts", "idleWatts", "maintenance", "staff", "rent", "extras", "rentUsed",
    ]

    /// Those that a site can have kept; use is measured.
    static let kept = (ofCost.map(\.description) + ["rentSource"]).filter { $0 != "utilisation" }.sorted()

    /// With the pool's own electricity price where none is given.
    func ownership(_ service: CheckoutService) throws(Problem) -> OwnershipDesk.Question {
        let today = CivilDate(String((service.clock.now() + service.clock.wallAhead()).utcText.prefix(10)))
        var question = try ownership(OwnershipDesk.Question(today: today ?? CivilDate.first))
        if question.electricity == nil, let price = service.state.policy.electricity, price.currency == "USD" {
            (question.electricity, question.electricitySource) = (price, "the pool's price")
        }
        return question
    }

    /// What a page's form was sent with, where it differs from what was assumed: what nobody touched stays assumed. nil: the form did
    /// not say what was assumed.
    var touched: Link? {
        guard let assumed = parameters.first(where: { $0.name == "assumed" })?.value.prefix(2_000) else { return nil }
        let untouched = Set(assumed.split(separator: ";").map(String.init))
        return Self.ofCost.reduce(Link("/plan/cost")) { link, name in
            guard let value = text(name.description), !untouched.contains("\(name)=\(value)") else { return link }
            return link.with(name, value)
        }
    }
}
