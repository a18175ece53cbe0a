package import DevicePolicy
package import EngineInterface
package import FleetModel
package import LeaseLedger

/// The shell around the ledger: one writer, effects that are owed, deadlines. Everything that has an effect is started
/// here and nowhere else.
package struct CheckoutService: Sendable {
    package let writer: LedgerWriter
    package let archive: any LedgerArchive
    package let console: any AttemptConsole
    package let clock: any LedgerClock
    package let engineLoop: EngineLoop
    /// nil: nobody watches devices.
    package let keeper: DeviceKeeper?
    /// nil: nobody watches devices, so that nothing can be said of their use.
    package let idleKeeper: IdleKeeper?
    /// nil: nobody watches devices.
    package let foreignKeeper: ForeignKeeper?
    /// What devices and leases did.
    package let telemetry: Telemetry
    /// What people did in the pages of sessions.
    package let sessionUse = SessionUse()
    package let returnTimes = ReturnTimes()
    package let terminalSizes = TerminalSizes()
    package let progress: ProgressBook
    let lineBook = LineBook()
    /// What became of work that ended well.
    package let runBook: RunBook
    /// nil: there are no data sets.
    package let data: (any DataCatalog)?
    private let engine: any EngineDriver
    private let nodeReport: @Sendable () async -> NodeReport?

    /// How often the node is asked for its devices again.
    private static let inventoryInterval = Duration.seconds(60)
    /// How many events may follow a checkpoint before the next one is made.
    private static let checkpointInterval: Int64 = 5_000

    package init(
        state: LedgerState, around: LedgerWriter.Surroundings, engine: any EngineDriver, console: any AttemptConsole,
        observer: (any DeviceObserver)? = nil, returns: ReturnSettings = .usual,
        idleLooks: TimeSpan = IdleKeeper.usualPeriod, telemetry: Telemetry? = nil, isFull: Bool = false,
        data: (any DataCatalog)? = nil, nodeReport: @escaping @Sendable () async -> NodeReport?,
        complain: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        writer = LedgerWriter(state: state, around: around, isFull: isFull)
        archive = around.archive
        clock = around.clock
        self.console = console
        self.data = data
        runBook = RunBook(complain: complain)
        self.engine = engine
        self.nodeReport = nodeReport
        let writer = writer, telemetry = telemetry ?? Telemetry(archive: nil, clock: around.clock)
        self.telemetry = telemetry
        let progress = ProgressBook(console: console, clock: around.clock)
        self.progress = progress
        keeper = observer.map {
            DeviceKeeper(
                observer: $0, engine: engine, writer: writer, clock: around.clock, settings: returns, telemetry: telemetry,
                progress: progress)
        }
        let sessionUse = sessionUse
        idleKeeper = keeper.map {
            IdleKeeper(
                board: $0.board, engine: engine, writer: writer, sessionUse: sessionUse, clock: around.clock,
                period: idleLooks)
        }
        foreignKeeper = keeper.map {
            ForeignKeeper(board: $0.board, engine: engine, writer: writer, allowed: returns.allowed, complain: complain)
        }
        engineLoop = EngineLoop(
            engine: engine, console: console, writer: writer, archive: around.archive, clock: around.clock, keeper: keeper,
            data: data)
    }

    package var state: LedgerState { writer.publisher.state }

    /// Connects to the program of a session (`EngineDriver.connect`).
    package func connect(to attempt: AttemptKey) async throws(EngineError) -> Int32 {
        try await engine.connect(to: attempt)
    }

    /// Looks at the node's devices and tells the ledger.
    package func takeInventory() async throws(ServiceError) {
        guard let report = await nodeReport() else { return }
        try await writer.observe([.node(report)])
    }

    /// Runs until cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await engineLoop.run() }
            group.addTask { await keepDeadlines() }
            group.addTask { await watchInventory() }
            group.addTask { await keepCheckpoints() }
            group.addTask { await telemetry.run() }
            group.addTask { await progress.run(writer.publisher) }
            group.addTask { await returnTimes.follow(writer.publisher) }
            group.addTask { await runBook.follow(writer.publisher, archive) }
            if let keeper { group.addTask { await keeper.run() } }
            if let foreignKeeper { group.addTask { await foreignKeeper.run() } }
            if let idleKeeper { group.addTask { await idleKeeper.run() } }
        }
    }

    /// Wakes at the next deadline, or when a commit may have brought an earlier one.
    private func keepDeadlines() async {
        while !Task.isCancelled {
            // Before the look at the state, so that no commit in between is missed.
            let changes = writer.publisher.changes()
            let now = clock.now()
            guard let deadline = state.nextDeadline(after: now) else {
                for await _ in changes { break }
                continue
            }
            let left = (deadline - now).milliseconds
            if left > 0, await changes.ring(within: .milliseconds(min(left, 3_600_000))) != .timeUp { continue }
            _ = try? await writer.perform(.advanceClock)
            // No event follows from the end of a grace, only an effect.
            await engineLoop.turn()
            // An end that could not be written, on a full disk, stays due: not in a busy loop.
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    private func watchInventory() async {
        var rounds = 0
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.inventoryInterval)
            rounds += 1
            // It has every device open for a moment, and one that is being reset must not be: then it is taken once an hour.
            let isResetDue = state.nodes.contains { $0.slots.contains(where: \.waitsForReset) }
            if !isResetDue || rounds.isMultiple(of: 60) { try? await takeInventory() }
            // Time alone moves the order of those that wait, and no event says so.
            _ = try? await writer.reconsider()
        }
    }

    private func keepCheckpoints() async {
        var kept = state.sequence
        for await _ in writer.publisher.changes() where state.sequence - kept >= Self.checkpointInterval {
            kept = state.sequence
            try? await writer.checkpoint()
        }
    }
}
