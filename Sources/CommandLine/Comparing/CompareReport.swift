import Advisor
import CatalogueFiles
import FleetModel
import Foundation
import WireModel

/// What `carrel compare` found.
struct CompareReport: Encodable {
    struct Run: Encodable {
        let on: String
        /// Missing: it was not even taken in.
        let request: Int64?
        /// `done`, `cut`, `failed` or `notRun`.
        let outcome: String
        let exitCode: Int32?
        /// How it ended, where that was not well.
        let detail: String?
        /// What it wrote last on standard error, where it failed.
        let lastWords: [String]?
        let seconds: Double?
        /// Missing: it failed, or was stopped and told no steps.
        let wholeSeconds: Double?
        let wholeJoules: Double?
        let wholeCost: CostView?
        /// What the whole run would cost on as many rented GPUs of this model; missing: it is not known, or no price is.
        let rented: Rented?
        /// On a simulated GPU, which computes nothing: the processor did all of it.
        let simulated: Bool
    }

    /// Between the cheapest and the dearest price on demand that is built in, and from when these are.
    struct Rented: Encodable {
        let least: CostView
        let most: CostView
        let from: String
        let until: String
        /// `0.0004 – 0.002 USD`.
        let text: String

        init(_ time: RentedTime) {
            func view(_ cost: Cost) -> CostView {
                CostView(amount: Double(cost.micros) / 1_000_000, currency: cost.currency)
            }
            (least, most) = (view(time.least), view(time.most))
            (from, until) = (time.oldest.text, time.newest.text)
            let (low, high) = (Self.short(time.least).text, Self.short(time.most).text)
            text = low == high ? high : "\(low.prefix { $0 != " " }) – \(high)"
        }

        /// Two digits of what is less than 1.
        private static func short(_ cost: Cost) -> Cost {
            guard cost.micros < 1_000_000 else { return cost }
            var unit: Int64 = 1
            while cost.micros / unit >= 100 { unit *= 10 }
            return Cost(micros: (cost.micros + unit / 2) / unit * unit, currency: cost.currency)
        }
    }

    let runs: [Run]
    let words: String
    /// What is to be known of the figures.
    let notes: [String]

    /// - Parameters:
    ///   - refused: where it was not taken in, and why.
    ///   - devices: of the pool; their memory tells variants of a model apart.
    init(
        _ runs: [ShortRun], refused: [(place: String, words: String)] = [], devices: [DeviceView] = []
    ) {
        let rents = runs.map { Self.rented($0, devices) }
        let taken = zip(runs, rents).map { run, rented in
            Run(
                on: run.place, request: run.end.id, outcome: Self.outcome(run), exitCode: run.end.exitCode,
                detail: run.isDone || run.isCut ? nil : run.end.words, lastWords: run.lastWords, seconds: run.seconds,
                wholeSeconds: run.wholeSeconds, wholeJoules: run.wholeJoules,
                wholeCost: run.wholeCost.map { CostView(amount: Double($0.micros) / 1_000_000, currency: $0.currency) },
                rented: rented, simulated: run.isSimulated)
        }
        self.runs =
            taken
            + refused.map { place, words in
                Run(
                    on: place, request: nil, outcome: "notRun", exitCode: nil, detail: words, lastWords: nil, seconds: nil,
                    wholeSeconds: nil, wholeJoules: nil, wholeCost: nil, rented: nil, simulated: false)
            }
        notes = Self.notes(runs, rents.compactMap { $0 })
        let words = Self.words(self.runs)
        let isMadeUp = self.runs.contains { $0.simulated && $0.wholeSeconds != nil }
        self.words =
            words
            + (isMadeUp
                ? " But simulated GPUs compute nothing: the processor did it each time, and this says nothing of a GPU."
                : "")
    }

    /// By the model and memory of its GPUs, all of which are rented; nil where they differ, as their prices do.
    private static func rented(_ run: ShortRun, _ devices: [DeviceView]) -> Rented? {
        guard let seconds = run.wholeSeconds, seconds < 1e12, let leased = run.receipt?.devices, !leased.isEmpty else {
            return nil
        }
        let found = leased.map { leased in accelerator(leased.model, devices.first { $0.uuid == leased.uuid }?.memoryBytes) }
        guard let first = found[0], found.allSatisfy({ $0 == first }) else { return nil }
        return RentedTime(
            first.name, count: leased.count, milliseconds: Int(seconds * 1_000), prices: BuiltInTables.rentalPrices
        ).map(Rented.init)
    }

    private static func accelerator(_ model: String, _ memory: Int64?) -> Accelerator? {
        let name = model.hasSuffix(" (simulated)") ? String(model.dropLast(12)) : model
        if let memory { return BuiltInTables.catalogue.find(model: name, memory: MemoryBytes(memory)) }
        guard case .found(let found) = BuiltInTables.catalogue.find(name) else { return nil }
        return found.first
    }

    private static func notes(_ runs: [ShortRun], _ rents: [Rented]) -> [String] {
        var notes: [String] = []
        for run in runs where run.isCut && run.wholeSeconds == nil {
            notes.append(
                "\(run.place): how long the whole run takes is not known: it was stopped, and no steps were read of it by then. "
                    + "Give it a longer --for, or have it write step=120 of=1000 into $CARREL_PROGRESS.")
        }
        for run in runs where run.place != "cpu" {
            guard let receipt = run.receipt, receipt.energyJoules == nil else { continue }
            notes.append("\(run.place): energy \(receipt.energy.withoutControls).")
        }
        let energies = runs.filter { $0.wholeJoules != nil }
        if runs.contains(where: { $0.place == "cpu" && $0.seconds != nil }) {
            notes.append("Energy is that of the GPU alone; the processor's and the machine's are not measured.")
        }
        if energies.contains(where: \.isSimulated) { notes.append("The energy of simulated GPUs is made up.") }
        if !energies.isEmpty, energies.allSatisfy({ $0.wholeCost == nil }) {
            notes.append(
                "No cost is shown without a price of a kilowatt-hour: carrel policy --electricity-price 0.30 --currency EUR")
        }
        if let from = rents.map(\.from).min(), let until = rents.map(\.until).max() {
            notes.append(
                "If rented: the time alone, by prices on demand from \(from) to \(until), which have changed since; `carrel plan cost` "
                    + "weighs owning against renting.")
        }
        return notes
    }

    private static func outcome(_ run: ShortRun) -> String {
        run.isDone ? "done" : run.isCut ? "cut" : run.seconds == nil ? "notRun" : "failed"
    }

    static func words(_ runs: [Run]) -> String {
        let known = runs.filter { $0.wholeSeconds != nil }
        if let failed = runs.first(where: { $0.outcome == "failed" }), known.isEmpty {
            return "It failed: carrel logs \(failed.request ?? 0) shows what it wrote."
        }
        if runs.allSatisfy({ $0.outcome == "notRun" }) { return "It ran nowhere, so nothing is compared." }
        guard let fastest = known.min(by: { ($0.wholeSeconds ?? 0) < ($1.wholeSeconds ?? 0) }) else {
            return
                "It was stopped before its end everywhere. Give it less to do, a longer --for, or have it write its steps into $CARREL_PROGRESS."
        }
        let unknown = runs.contains { $0.wholeSeconds == nil }, rest = rest(runs)
        guard let processor = known.first(where: { $0.on == "cpu" }), let alone = processor.wholeSeconds,
            let best = fastest.wholeSeconds
        else {
            return unknown
                ? "Of \(known.count) of \(runs.count) the whole run is known; the fastest of those is \(fastest.on)." + rest
                : "Fastest: \(fastest.on)."
        }
        if known.count == 1 {
            return "It takes \(Rough.seconds(alone)) on the processor alone; "
                + (unknown ? "of nothing else the whole run is known." : "nothing else was compared.") + rest
        }
        // Of a GPU that is not known nobody can say that it isn't needed.
        if fastest.on == "cpu" {
            return unknown
                ? "Of those whose whole run is known the processor alone is the fastest." + rest
                : "You don't need a GPU for this: the processor alone is the fastest."
        }
        let times = alone / max(best, 1e-9)
        // Nobody notices less.
        if alone - best < 60, times < 2 {
            let saved = "\(fastest.on) saves \(Rough.seconds(alone - best)) of \(Rough.seconds(alone))."
            return (unknown ? "Of those whose whole run is known " : "You don't need a GPU for this: ") + saved + rest
        }
        return (unknown ? "Fastest of those whose whole run is known: " : "Fastest: ")
            + "\(fastest.on), \(String(format: "%.1f", times)) times as fast as the processor alone." + rest
    }

    /// Which did not do it, or did not tell how long it takes.
    private static func rest(_ runs: [Run]) -> String {
        runs.filter { $0.wholeSeconds == nil }.map { run in
            switch run.outcome {
            case "failed": " It failed on \(run.on) (carrel logs \(run.request ?? 0))."
            case "cut": " It was stopped on \(run.on), and how long it takes there is not known."
            default: " It did not run on \(run.on)."
            }
        }.joined()
    }

    var table: Table {
        Table(
            ["ON", "REQUEST", "OUTCOME", "RAN", "WHOLE RUN", "ENERGY", "COST OF ENERGY", "IF RENTED"],
            runs.map { run in
                [
                    run.on, run.request.map { "\($0)" } ?? "-", Self.said(run),
                    run.seconds.map { $0 < 0.001 ? "< 1 ms" : Rough.seconds($0) } ?? "-",
                    run.wholeSeconds.map(Rough.seconds) ?? "not known",
                    Self.energy(run) ?? "not measured",
                    Self.cost(run) ?? "-",
                    run.rented?.text ?? "-",
                ]
            }, whenEmpty: "Nothing ran.", dispensable: ["REQUEST", "RAN", "COST OF ENERGY"], continued: ["ON"])
    }

    /// nil: it is not known, or more than can be.
    private static func energy(_ run: Run) -> String? {
        run.wholeJoules.flatMap { Int64(exactly: ($0 * 1_000).rounded()) }.map { Energy(millijoules: $0).text }
    }

    private static func cost(_ run: Run) -> String? {
        guard let cost = run.wholeCost, let micros = Int64(exactly: (cost.amount * 1_000_000).rounded()) else { return nil }
        return Cost(micros: micros, currency: cost.currency).text
    }

    private static func said(_ run: Run) -> String {
        switch run.outcome {
        case "done": "done"
        case "cut": "stopped"
        case "notRun": "did not run"
        default: run.exitCode.map { "failed with \($0)" } ?? "failed"
        }
    }
}
