import FleetModel
import LeaseLedger

/// One batch, decided and not yet written.
struct WriterDraft {
    private(set) var batch = LogBatch()
    private(set) var answers: [Result<WriterAnswer, ServiceError>] = []
    private(set) var state: LedgerState
    /// Why the ledger would not adopt what the scheduler proposed: one of the two is wrong.
    private(set) var rejectedPlan: Rejection?
    /// Whether the engine's list has been compared with the ledger by now.
    private(set) var mayPlan = false
    /// Keys answered in this very batch: two submissions with one key may arrive together.
    private var keys: [AnsweredKey] = []

    init(
        _ items: [WriterItem], known: [Int: Result<WriterAnswer, ServiceError>], from state: LedgerState, at now: Timestamp,
        acceptsWork: Bool, mayPlan: Bool,
        plan: (LedgerState, Timestamp) -> Plan
    ) {
        self.state = state
        var ledger = LedgerBatch(from: state, at: now)
        var isReconsidered = false, mayPlan = mayPlan
        for (place, item) in items.enumerated() {
            if let answer = known[place] {
                answers.append(answer)
                continue
            }
            switch item {
            case .command(let command): answers.append(Self.answer(ledger.submit(command)))
            case .observations(let seen):
                answers.append(.success(WriterAnswer(events: seen.flatMap { ledger.observe($0) })))
            case .comparison(let seen):
                answers.append(.success(WriterAnswer(events: seen.flatMap { ledger.observe($0) })))
                // Another version may plan otherwise, and what came before has waited for this.
                isReconsidered = isReconsidered || !mayPlan
                mayPlan = true
            case .reconsideration:
                isReconsidered = true
                answers.append(.success(WriterAnswer()))
            case .submission(let work):
                answers.append(acceptsWork ? take(work, &ledger, now) : .failure(.storageFull(detail: "")))
            }
        }
        if mayPlan { ledger.finish(evenIf: isReconsidered, scheduling: plan) }
        self.mayPlan = mayPlan
        self.state = ledger.state
        rejectedPlan = ledger.rejectedPlan
        batch.events = ledger.events
        batch.ended = ledger.ended
        batch.answered = keys
    }

    private mutating func take(
        _ work: NewWork, _ ledger: inout LedgerBatch, _ now: Timestamp
    ) -> Result<WriterAnswer, ServiceError> {
        let user = work.submission.user
        if let key = work.key, let known = keys.first(where: { $0.user == user && $0.key == key.key }) {
            guard known.digest == key.digest else { return .failure(.keyUsedForAnotherRequest(key: key.key)) }
            return .success(WriterAnswer(id: known.id, isRepeat: true))
        }
        let id = ledger.state.nextID
        switch ledger.submit(.submit(work.submission)) {
        case .failure(let rejection): return .failure(.rejected(rejection))
        case .success(let events):
            batch.orders.append((id, work.order))
            if let key = work.key {
                keys.append(AnsweredKey(user: user, key: key.key, digest: key.digest, id: id, at: now))
            }
            return .success(WriterAnswer(events: events, id: id))
        }
    }

    private static func answer(_ result: Result<[RecordedEvent], Rejection>) -> Result<WriterAnswer, ServiceError> {
        switch result {
        case .success(let events): .success(WriterAnswer(events: events))
        case .failure(let rejection): .failure(.rejected(rejection))
        }
    }
}
