import FleetModel
import LeaseLedger
import Scheduling

/// What must never be broken, asked again and again.
extension World {
    /// Every event, one after the other, as soon as it is durable.
    mutating func check(_ events: [RecordedEvent]) {
        for event in events {
            replica.apply(event)
            counts.events += 1
            record(.event(event))
            if let broken = replica.violations.first { return fail("after event \(event.sequence): \(broken)") }
            count(event.event)
        }
        truthMayHaveChanged = true
    }

    private mutating func count(_ event: Event) {
        switch event {
        case .requestSubmitted: counts.requests += 1
        case .requestRefused: counts.refused += 1
        case .requestCancelled: counts.cancelled += 1
        case .leaseGranted(let event):
            counts.granted += 1
            if replica.requests[event.id]?.resources.reservation != nil { counts.underReservation += 1 }
            count(event.reasons)
        case .idleNoticed: counts.idleNotices += 1
        case .leaseKept: counts.kept += 1
        case .leaseEnding(let event) where event.reason == .idle: counts.takenAsIdle += 1
        case .leaseEnding(let event) where event.reason == .drained: counts.drained += 1
        case .reservationMade: counts.reserved += 1
        case .reservationMoved: counts.moved += 1
        case .reservationBegan: counts.begun += 1
        case .reservationEnded(let event) where event.end == .lapsed: counts.lapsed += 1
        case .leaseClosed(let event):
            counts.closed += 1
            check(event)
        case .deviceQuarantined: counts.quarantined += 1
        case .deviceReleased: counts.released += 1
        case .nodeCordoned: counts.cordoned += 1
        default: break
        }
    }

    private mutating func count(_ reasons: [GrantReason]) {
        for reason in reasons {
            switch reason {
            case .nobodyElseWaited, .usedLeast, .oldest: break
            case .guaranteed: counts.guaranteed += 1
            case .passed: counts.passed += 1
            case .backfilled: counts.backfilled += 1
            case .held: counts.held += 1
            case .takenBack: counts.takenBack += 1
            }
        }
    }

    /// The receipt says what the engine knows.
    private mutating func check(_ closed: LeaseClosed) {
        // How work ended of which a restored ledger has lost the record nobody can tell.
        if isRestored, heldAtRestore.contains(closed.id) { return }
        let key = AttemptKey(lease: closed.id, number: replica.requests[closed.id]?.lease?.attempt ?? 1)
        let receipt = closed.receipt
        guard let truth = engine.outcomes[key] else {
            if engine.begun[key] != nil { fail("lease \(closed.id) is closed, and its work goes on") }
            if receipt.outcome != .neverBegan { fail("lease \(closed.id) never began, and its receipt says otherwise") }
            return
        }
        if receipt.outcome != truth {
            fail(
                "the work of lease \(closed.id) ended as \(truth), and its receipt says \(String(describing: receipt.outcome))"
            )
        }
        if receipt.exitCode != ExitCode.of(truth, endedBy: receipt.reason) {
            fail("lease \(closed.id) has exit code \(receipt.exitCode)")
        }
    }

    /// The state that was published is the one that the log gives; compared in full now and then, since it takes long.
    mutating func checkCommit(_ draft: ServiceModel.Draft) {
        if service.state.sequence != log.sequence {
            return fail("the state is at \(service.state.sequence), not \(log.sequence)")
        }
        checkWaiting(draft)
        if service.commits % 8 == 0, service.state != replica { fail("the published state is not what the events give") }
        if moments.below(16) == 0, log.load() != replica { fail("checkpoint and tail do not give the state") }
        if moments.below(64) == 0, log.replays().contains(where: { $0 != replica }) {
            fail("an older checkpoint and its tail, or the whole log, do not give the state")
        }
    }

    /// Nobody waits who could start at the moment of the batch: the scheduler was asked whenever it had to be.
    private mutating func checkWaiting(_ draft: ServiceModel.Draft) {
        guard draft.mayPlan, draft.events.contains(where: { $0.event.mayChangePlan }) else { return }
        for id in service.state.waiting.prefix(1) {
            guard case .waiting(let waiting)? = Scheduler.explain(id, in: service.state, at: draft.batch.at) else {
                return fail("request \(id) waits, and its explanation says otherwise")
            }
            switch waiting.reason {
            case .startsNow, .goesFirst: return fail("request \(id) waits without a reason: \(waiting.reason)")
            case .neverFits where service.state.requests[id]?.submittedAt == service.state.time:
                return fail("request \(id) was not refused: \(waiting.reason)")
            case .limit: counts.atLimit += 1
            default: continue
            }
        }
    }

    mutating func checkRestart() {
        if service.state != replica { fail("after a restart the state is not what the events give") }
        for promise in promises where log.event(promise.sequence) != promise {
            return fail("somebody was told of event \(promise.sequence), and the log has another one or none")
        }
    }

    /// What really runs on a device belongs to the lease that holds it.
    mutating func checkTruth() {
        truthMayHaveChanged = false
        if isRestored { checkRestored() }
        for attempt in engine.attempts where !attempt.isOld && !attempt.isFromBefore && engine.isPresent(attempt, at: now) {
            for device in attempt.devices {
                guard let holder = auditor.holder[device] else {
                    return fail("attempt \(attempt.key) is on device \(device), which nobody holds")
                }
                if holder != attempt.key.lease {
                    return fail("attempt \(attempt.key) is on device \(device), which lease \(holder) holds")
                }
            }
        }
    }

    var isFinished: Bool {
        replica.waiting.isEmpty && replica.live.isEmpty && engine.attempts.isEmpty && replica.claims.isEmpty
            && service.isUp && service.draft == nil && service.inbox.isEmpty && people.allAnswered && isAllOffered
    }

    /// Nothing that is there is kept out of the pool.
    private var isAllOffered: Bool {
        replica.nodes.allSatisfy { node in
            node.cordon == nil
                && node.slots.allSatisfy { $0.condition != .offered || $0.quarantine == nil && $0.foreign == nil }
        }
    }

    var unfinished: String {
        "\(people.allAnswered ? "" : "somebody has no answer, ")waiting \(replica.waiting), live \(replica.liveLeases.map { "\($0.id) \($0.lease.phase)" }),"
            + " out \(replica.nodes.flatMap(\.slots).filter { $0.quarantine != nil }.map(\.device.key)),"
            + " cordoned \(replica.nodes.filter { $0.cordon != nil }.map(\.name)),"
            + " attempts \(engine.attempts.map { "\($0.key) \($0.phase)" }), claims \(replica.claims)"
    }

    mutating func checkEnd() {
        if !isFinished { return fail("nothing more happens, and not everything came to an end: \(unfinished)") }
        if service.state != replica { return fail("at the end the published state is not what the events give") }
        if log.load() != replica { return fail("at the end checkpoint and tail do not give the state") }
        if log.replay() != replica { return fail("at the end a full replay does not give the state") }
        checkRestart()
        for id in auditor.closed where auditor.cases[id]?.status != .over { fail("request \(id) is not over") }
    }
}
