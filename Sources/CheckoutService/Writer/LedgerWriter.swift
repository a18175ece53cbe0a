package import FleetModel
package import LeaseLedger

/// The one writer. Commands wait in a queue; each drain decides all of them on a copy, appends once, then becomes the
/// state, then answers. The state changes only after the append, so that re-entrancy can't show an uncommitted one.
package actor LedgerWriter {
    /// What the writer needs from outside the pure rooms.
    package struct Surroundings: Sendable {
        package let log: any EventLog
        package let archive: any LedgerArchive
        package let clock: any LedgerClock
        package let plan: @Sendable (LedgerState, Timestamp) -> Plan
        /// Frees the room that was kept for returns; false: there is none left.
        package let releaseBallast: @Sendable () async -> Bool
        /// Takes that room again; false: the disk is still full.
        package let restoreBallast: @Sendable () async -> Bool
        /// The outcome of an append is unknown: the server must end and replay.
        package let giveUp: @Sendable (String) -> Never

        package init(
            log: any EventLog, archive: any LedgerArchive, clock: any LedgerClock,
            plan: @escaping @Sendable (LedgerState, Timestamp) -> Plan,
            releaseBallast: @escaping @Sendable () async -> Bool, restoreBallast: @escaping @Sendable () async -> Bool,
            giveUp: @escaping @Sendable (String) -> Never
        ) {
            self.log = log
            self.archive = archive
            self.clock = clock
            self.plan = plan
            self.releaseBallast = releaseBallast
            self.restoreBallast = restoreBallast
            self.giveUp = giveUp
        }
    }

    package nonisolated let publisher: StatePublisher
    private let around: Surroundings
    private var state: LedgerState
    private var queue: [(item: WriterItem, answer: CheckedContinuation<Result<WriterAnswer, ServiceError>, Never>)] = []
    private var isDraining = false
    /// Since when the disk has been full; nil: it is not.
    package private(set) var fullSince: Timestamp?
    private var checkpointedAt: Int64
    /// The newest plan that the ledger would not adopt, and why: a defect of Carrel's own. nil: there was none.
    package private(set) var rejectedPlan: (at: Timestamp, why: Rejection)?
    /// No plan is adopted before the engine's list has been compared with the ledger once: until then work may run on
    /// devices that the ledger takes for free, above all after a backup was restored. As long as the engine can't be
    /// asked nothing could be launched either, and no lease's time shall pass for nothing.
    private var mayPlan = false

    /// - Parameter isFull: there was no room for the ballast: new work waits until there is.
    package init(state: LedgerState, around: Surroundings, isFull: Bool = false) {
        self.state = state
        self.around = around
        fullSince = isFull ? state.time : nil
        publisher = StatePublisher(state)
        checkpointedAt = state.sequence
    }

    /// Takes a new request in. The answer comes when it is on disk.
    package func submit(_ work: NewWork) async throws(ServiceError) -> WriterAnswer {
        try await enqueue(.submission(work)).get()
    }

    package func perform(_ command: Command) async throws(ServiceError) -> WriterAnswer {
        try await enqueue(.command(command)).get()
    }

    /// Observations are never rejected; on a full disk they are lost and seen again.
    package func observe(_ observations: [Observation]) async throws(ServiceError) {
        _ = try await enqueue(.observations(observations)).get()
    }

    /// Takes in what a whole comparison with the engine's list has told; from the first one on plans are adopted.
    package func compared(_ observations: [Observation]) async throws(ServiceError) {
        _ = try await enqueue(.comparison(observations)).get()
    }

    /// Asks the scheduler although nothing has happened: time has passed.
    package func reconsider() async throws(ServiceError) {
        _ = try await enqueue(.reconsideration).get()
    }

    /// Keeps the state, so that the next start is short.
    package func checkpoint() async throws {
        let current = state
        guard current.sequence > checkpointedAt else { return }
        checkpointedAt = current.sequence
        try await around.log.checkpoint(current)
    }

    private func enqueue(_ item: WriterItem) async -> Result<WriterAnswer, ServiceError> {
        await withCheckedContinuation { continuation in
            queue.append((item, continuation))
            guard !isDraining else { return }
            isDraining = true
            Task { await drain() }
        }
    }

    private func drain() async {
        while !queue.isEmpty {
            let waiting = queue
            queue = []
            let answers = await commit(waiting.map(\.item))
            for (entry, answer) in zip(waiting, answers) { entry.answer.resume(returning: answer) }
        }
        isDraining = false
    }

    private func commit(_ items: [WriterItem]) async -> [Result<WriterAnswer, ServiceError>] {
        // Here and not on arrival: what was asked before is on disk by now.
        var known: [Int: Result<WriterAnswer, ServiceError>] = [:]
        for (place, item) in items.enumerated() {
            if case .submission(let work) = item, let key = work.key {
                known[place] = await answeredBefore(work.submission.user, key)
            }
        }
        if fullSince != nil, await around.restoreBallast() { fullSince = nil }
        var draft = WriterDraft(
            items, known: known, from: state, at: around.clock.now(), acceptsWork: fullSince == nil,
            mayPlan: mayPlan, plan: around.plan)
        if let why = draft.rejectedPlan { rejectedPlan = (around.clock.now(), why) }
        while !draft.batch.events.isEmpty {
            do throws(AppendError) {
                try await around.log.append(draft.batch, after: state.sequence)
                break
            } catch {
                switch error {
                case .outcomeUnknown(let detail), .refused(let detail): around.giveUp(detail)
                case .full(let detail):
                    let firstTime = fullSince == nil
                    fullSince = fullSince ?? around.clock.now()
                    // New work waits for room; what gives devices back goes on with the ballast's.
                    guard firstTime, await around.releaseBallast() else {
                        return items.map { _ in .failure(.storageFull(detail: detail)) }
                    }
                    draft = WriterDraft(
                        items, known: known, from: state, at: around.clock.now(), acceptsWork: false,
                        mayPlan: mayPlan, plan: around.plan)
                }
            }
        }
        mayPlan = draft.mayPlan
        if !draft.batch.events.isEmpty {
            state = draft.state
            publisher.publish(state, draft.batch.events)
        }
        return draft.answers
    }

    private func answeredBefore(
        _ user: UserName, _ key: IdempotencyKey
    ) async -> Result<WriterAnswer, ServiceError>? {
        do {
            guard let known = try await around.archive.answeredKey(user: user, key: key.key) else { return nil }
            guard known.digest == key.digest else { return .failure(.keyUsedForAnotherRequest(key: key.key)) }
            return .success(WriterAnswer(id: known.id, isRepeat: true))
        } catch {
            return .failure(.storeFailed(detail: "\(error)"))
        }
    }
}
