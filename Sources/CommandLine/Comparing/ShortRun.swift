import FleetModel
import Glibc
import Synchronization
import WireClient
import WireModel

/// One short run of somebody's program, quietly: its output is in its log.
struct ShortRun {
    /// `cpu`, or a model of GPU.
    let place: String
    let end: RequestView
    /// nil: it never ran.
    let receipt: ReceiptView?
    /// What it said last of how far it is; the receipt of a lease without a GPU has none.
    let progress: ProgressView?
    /// What it wrote last on standard error; nil: nobody has looked.
    var lastWords: [String]?

    /// Seconds from its start to its end; nil: it never ran.
    var seconds: Double? {
        guard let lease = end.lease, let start = lease.startedAt.flatMap({ Timestamp(utcText: $0) }),
            let stop = lease.endedAt.flatMap({ Timestamp(utcText: $0) })
        else { return nil }
        return Double(max(0, (stop - start).milliseconds)) / 1_000
    }

    /// It came to its own end, without an error.
    var isDone: Bool { end.endedBy == "finished" && end.exitCode == 0 }
    /// It neither came to its end nor was stopped by the time.
    var isFailed: Bool { !isDone && !isCut && seconds != nil }
    /// On simulated devices.
    var isSimulated: Bool { receipt?.devices.contains(where: \.simulated) ?? false }
    /// The time was over before it was.
    var isCut: Bool { end.endedBy == "expired" }

    /// Of all that it has to do: what it took, or what its steps promise; nil: it failed, or tells no steps.
    ///
    /// The same wherever it ran: what it took, and the steps that are left at the rate of the last ones. So its start counts once.
    var wholeSeconds: Double? {
        guard let seconds else { return nil }
        if isDone { return seconds }
        // A receipt without a GPU has no steps; what was read before the end is a little older.
        guard isCut, let told = [receipt?.progress, progress].lazy.compactMap({ $0 }).first(where: { $0.steps != nil }),
            let steps = told.steps
        else { return nil }
        let rate = [told.stepsPerSecond, progress?.stepsPerSecond].lazy.compactMap { $0 }.first { $0 > 0 && $0.isFinite }
        let whole: Double
        switch (told.step, rate) {
        case (let step?, let rate?) where steps >= step: whole = seconds + Double(steps - step) / rate
        case (let step?, nil) where step > 0 && steps >= step: whole = seconds * Double(steps) / Double(step)
        case (nil, let rate?): whole = max(seconds, Double(steps) / rate)
        default: return nil
        }
        return whole < Self.most ? whole : nil
    }

    /// Thirty million years, and what no sum of money or energy of ours holds.
    private static let most = 1e15

    /// How many times as long the whole run is.
    private var share: Double? {
        guard let seconds, seconds > 0 else { return nil }
        return wholeSeconds.map { $0 / seconds }
    }

    /// Of the whole run; nil: not measured.
    var wholeJoules: Double? {
        guard let joules = receipt?.energyJoules, let share else { return nil }
        let whole = joules * share
        return whole < Self.most ? whole : nil
    }

    /// Of the whole run's energy; nil: not measured, or there is no price.
    var wholeCost: Cost? {
        guard let cost = receipt?.energyCost, let share,
            let micros = Int64(exactly: (cost.amount * share * 1_000_000).rounded())
        else { return nil }
        return Cost(micros: micros, currency: cost.currency)
    }

    /// Submits it and waits for its end. Ctrl-C gives back what it has or waits for, and ends this program.
    ///
    /// - Parameter isFirst: what the user may want to know of where it runs is said.
    static func run(
        _ request: NewRequest, at place: String, in folder: String?, _ client: CheckoutClient, isFirst: Bool = true
    ) async throws(ClientError) -> ShortRun {
        var short = request
        (short.trial, short.forecast) = (true, nil)
        var view = try await client.submit(short, in: folder, warns: isFirst)
        let id = view.id, begin = ContinuousClock.now
        let isLeft = Mutex(false)
        let interrupts = Task {
            for await _ in Interrupts.all {
                isLeft.withLock { $0 = true }
                Exit.say("giving back what request \(id) has, and leaving")
                _ = try? await client.send(.post, "/v1/leases/\(id)/return", nil, as: RequestView.self)
                exit(130)
            }
        }
        defer { interrupts.cancel() }
        var progress: ProgressView?, isWaitTold = false
        while !view.isOver {
            if view.state == "waiting", !isWaitTold, ContinuousClock.now - begin > .seconds(3) {
                isWaitTold = true
                Exit.say("\(place): \(view.words) Ctrl-C leaves and cancels it.")
            }
            view = try await client.get("/v1/requests/\(view.id)?unless=\(view.state)&wait=1", as: RequestView.self)
            progress = view.progress ?? progress
        }
        if isLeft.withLock({ $0 }) { exit(130) }
        let receipt = view.lease == nil ? nil : try? await client.get("/v1/leases/\(view.id)/receipt", as: ReceiptView.self)
        return ShortRun(place: place, end: view, receipt: receipt, progress: progress)
    }
}
