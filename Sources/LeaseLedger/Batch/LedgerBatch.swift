package import FleetModel

/// Everything that one transaction makes durable: commands and observations are taken in on a copy of the state, then
/// the scheduler proposes, and the result is events to append and the state that follows once they are written.
///
/// The order is the caller's duty: append `events` first, then `state` becomes the published state, then the answers
/// of `submit` are given. A batch whose append failed is dropped: nothing of it has happened.
/// The service and the simulator build their batches with this same value.
package struct LedgerBatch: Sendable {
    /// How often the scheduler is asked again after its plan was adopted. A plan may open the way for another one;
    /// the next batch goes on where this one stopped.
    package static let mostPlans = 8

    /// The sequence that the log must end with for these events to follow.
    package let base: Int64
    /// The time of the batch; the ledger's own time counts where it is later.
    package let at: Timestamp
    /// The state after everything that was taken in.
    package private(set) var state: LedgerState
    /// What to append, in order.
    package private(set) var events: [RecordedEvent] = []
    /// The requests that this batch ended, as they were at their end, in the order of the ends.
    package private(set) var ended: [RequestRecord] = []
    /// Why the ledger would not adopt a plan: the scheduler is wrong, and its caller says so in the log. nil: it did.
    package private(set) var rejectedPlan: Rejection?

    private var isDue = false

    package init(from state: LedgerState, at: Timestamp) {
        self.base = state.sequence
        self.at = at
        self.state = state
    }

    /// Decides a command and takes its events in. On a rejection nothing has changed.
    package mutating func submit(_ command: Command) -> Result<[RecordedEvent], Rejection> {
        do {
            return .success(take(try state.decide(command, at: at)))
        } catch {
            return .failure(error)
        }
    }

    /// Takes in what was seen; what is stale or known gives no event.
    @discardableResult
    package mutating func observe(_ observation: Observation) -> [RecordedEvent] {
        take(state.observe(observation, at: at))
    }

    /// Asks the scheduler and adopts its plans until it has nothing more to propose. It is not asked when nobody waits
    /// or nothing of this batch could change its mind.
    ///
    /// - Parameter unchanged: asks it all the same: once after a start, since the policy of another version may differ,
    ///   and every minute or so, since the order of the line moves with time.
    package mutating func finish(evenIf unchanged: Bool = false, scheduling: (LedgerState, Timestamp) -> Plan) {
        guard isDue || unchanged else { return }
        take(state.reservationUpkeep(at: at))
        isDue = false
        for _ in 0..<Self.mostPlans where !state.waiting.isEmpty || state.takesAnythingBack {
            let plan = scheduling(state, max(at, state.time))
            if plan.isEmpty { return }
            if case .failure(let rejection) = submit(.adopt(plan)) {
                rejectedPlan = rejection
                adoptWhatHolds(of: plan)
                return
            }
        }
    }

    /// One grant that can't hold must not keep devices from everybody else for ever.
    private mutating func adoptWhatHolds(of plan: Plan) {
        for grant in plan.grants { _ = submit(.adopt(Plan(grants: [grant]))) }
        for refusal in plan.refusals { _ = submit(.adopt(Plan(refusals: [refusal]))) }
        for lease in plan.withdrawals { _ = submit(.adopt(Plan(withdrawals: [lease]))) }
        for reclaim in plan.reclaims { _ = submit(.adopt(Plan(reclaims: [reclaim]))) }
    }

    @discardableResult
    mutating func take(_ happened: [Event]) -> [RecordedEvent] {
        let now = max(at, state.time)
        return happened.map { event in
            let recorded = RecordedEvent(sequence: state.sequence + 1, at: now, event: event)
            state.apply(recorded)
            events.append(recorded)
            if event.endsRequest, let id = event.subject, let record = state.requests[id] { ended.append(record) }
            isDue = isDue || event.mayChangePlan
            return recorded
        }
    }
}

extension Event {
    /// The request of this event is over with it.
    package var endsRequest: Bool {
        switch self {
        case .requestRefused, .requestCancelled, .leaseClosed: true
        default: false
        }
    }

    /// Whether the scheduler may plan otherwise after it: something came free, somebody came or left, or the time at
    /// which devices come free has moved. Time alone frees nothing; it moves the order of the line, and with it whom
    /// devices are held for.
    package var mayChangePlan: Bool {
        switch self {
        case .policySet, .teamSet, .teamRemoved, .nodeReported, .nodeContact: true
        case .requestSubmitted, .requestRefused, .requestCancelled: true
        case .leaseExtended, .leaseEnding, .attemptEnded, .verificationFailed, .leaseClosed: true
        case .devicesFrozen, .devicesThawed, .deviceQuarantined, .deviceReleased, .nodeCordoned, .nodeUncordoned,
            .foreignSeen:
            true
        case .leaseReclaiming, .reclaimWithdrawn: true
        case .reservationMade, .reservationMoved, .reservationBegan, .reservationEnded, .leaseDraining: true
        case .leaseGranted, .attemptStarting, .attemptRunning, .ledgerRestored: false
        case .leaseKept, .idleNoticed, .idleWatchBegan, .workTold: false
        }
    }
}
