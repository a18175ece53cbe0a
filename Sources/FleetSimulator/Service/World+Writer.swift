import FleetModel
import LeaseLedger
import Scheduling

/// The writer: what waits is decided on a copy, appended once, becomes the state, and then answers are given.
extension World {
    mutating func receive(_ input: ServiceModel.Input) {
        guard service.isUp else { return }
        service.inbox.append(input)
        planBatch(in: .zero)
    }

    private mutating func planBatch(in span: TimeSpan) {
        guard !service.isBatchPlanned, service.draft == nil, !service.inbox.isEmpty else { return }
        service.isBatchPlanned = true
        plan(.batch(life: service.life), in: span)
    }

    mutating func decideBatch() {
        service.isBatchPlanned = false
        defer { service.replans = false }
        let inputs = service.inbox
        service.inbox = []
        // As soon as there is room for the ballast again.
        if !log.isFull { service.fullSince = nil }
        let draft = decide(inputs, acceptsWork: service.fullSince == nil)
        guard !draft.events.isEmpty else {
            if draft.mayPlan, !service.mayPlan { record(.planning(true)) }
            service.mayPlan = draft.mayPlan
            answer(draft)
            return planBatch(in: .zero)
        }
        service.draft = draft
        plan(.appended(life: service.life), in: delay(TimeSpan(milliseconds: 1), TimeSpan(milliseconds: 30)))
        if options.plantedBug == .answersBeforeCommit { answer(draft) }
        if options.plantedBug == .effectBeforeCommit { carryOutEarly(draft.state) }
    }

    private mutating func decide(_ inputs: [ServiceModel.Input], acceptsWork: Bool) -> ServiceModel.Draft {
        let isCompared = inputs.contains { if case .compared = $0 { true } else { false } }
        var draft = ServiceModel.Draft(
            batch: LedgerBatch(from: service.state, at: clock), inputs: inputs, auditor: auditor, acceptsWork: acceptsWork,
            mayPlan: service.mayPlan || isCompared)
        for input in inputs {
            switch input {
            case .tick: decide(.advanceClock, input, &draft)
            case .compared: break
            case .observation(let seen): draft.auditor.take(draft.batch.observe(seen))
            case .command(let command): decide(command, input, &draft)
            case .submission(let key, let submission): decide(submission, key, input, &draft)
            }
        }
        let before = draft.batch.events.count
        let bug = options.plantedBug
        if draft.mayPlan {
            draft.batch.finish(evenIf: !service.mayPlan || service.replans) { state, now in
                let plan = Scheduler.plan(state, at: now)
                return bug.map { Misdeeds.bend(plan, state, at: now, $0) } ?? plan
            }
        }
        if options.plantedBug == .refusesWhatMustWait { Misdeeds.refuseWhoWaits(&draft.batch) }
        draft.auditor.take(Array(draft.batch.events[before...]))
        draft.events = draft.batch.events
        draft.state = draft.batch.state
        if let bug = options.plantedBug { Misdeeds.rewrite(&draft, from: service.state, auditor, bug) }
        if let rejection = draft.batch.rejectedPlan { fail("the ledger would not adopt a plan: \(rejection)") }
        if let complaint = draft.auditor.complaints.first { fail(complaint) }
        return draft
    }

    private mutating func decide(_ command: Command, _ input: ServiceModel.Input, _ draft: inout ServiceModel.Draft) {
        let prediction = draft.auditor.predict(command, at: max(clock, draft.batch.state.time))
        if options.plantedBug == .swallowsReturns, case .giveBack = command, prediction == .accepted {
            return draft.answers.append(ServiceModel.Answer(input: input, result: .success([])))
        }
        let result = draft.batch.submit(command)
        counts.predictions += prediction == .unknown ? 0 : 1
        switch (prediction, result) {
        case (.accepted, .failure(let rejection)): fail("\(command) was to be accepted, and was not: \(rejection)")
        case (.rejected, .success): fail("\(command) was to be rejected, and was not")
        default: break
        }
        if case .success(let events) = result { draft.auditor.take(events) }
        draft.answers.append(ServiceModel.Answer(input: input, result: result))
    }

    private mutating func decide(
        _ submission: Submission, _ key: Int, _ input: ServiceModel.Input, _ draft: inout ServiceModel.Draft
    ) {
        let drafted = draft.keys.first { $0.key == key }?.id
        if let known = drafted ?? log.keys[key], options.plantedBug != .forgetsKeys {
            draft.answers.append(ServiceModel.Answer(input: input, result: .success([]), id: known))
            return
        }
        // A full disk: no answer now; people ask again.
        guard draft.acceptsWork else { return }
        let id = draft.batch.state.nextID
        let prediction = draft.auditor.predict(.submit(submission), at: clock)
        let result = draft.batch.submit(.submit(submission))
        counts.predictions += prediction == .unknown ? 0 : 1
        guard case .success(let events) = result else {
            if prediction == .accepted { fail("\(submission) was to be accepted, and was not: \(result)") }
            draft.answers.append(ServiceModel.Answer(input: input, result: result))
            return
        }
        if prediction == .rejected { fail("\(submission) was to be rejected, and was not") }
        draft.auditor.take(events)
        draft.keys.append((key, id))
        draft.answers.append(ServiceModel.Answer(input: input, result: result, id: id))
    }

    mutating func finishAppend() {
        guard let draft = service.draft else { return }
        if strikes(.fullAtAppend) { fillDisk() }
        if log.isFull {
            if !draft.acceptsWork, log.ballast > 0 {
                log.ballast -= 1
            } else {
                return rejectForSpace(draft)
            }
        }
        if strikes(.appendRefused) { return crashServer(writing: false) }
        if strikes(.appendUnknownLost) { return crashServer(writing: false) }
        if strikes(.appendUnknownWritten) {
            guard options.plantedBug == .goesOnAfterUnknownAppend else { return crashServer(writing: true) }
            guard isNext(draft) else { return }
            write(draft)
            service.draft = nil
            return plan(.turns(life: service.life), in: .seconds(1))
        }
        if strikes(.crashBeforeEffect) { return crashServer(writing: true) }
        commit(draft)
    }

    /// New work waits for room; what gives devices back goes on with the room that was kept for it.
    private mutating func rejectForSpace(_ draft: ServiceModel.Draft) {
        service.draft = nil
        let isFirst = service.fullSince == nil
        record(.disturbed("the disk is full"))
        service.fullSince = service.fullSince ?? now
        if isFirst {
            service.inbox = draft.inputs + service.inbox
            return planBatch(in: TimeSpan(milliseconds: 1))
        }
        plan(.turns(life: service.life), in: .seconds(5))
        arm(notBefore: now + .seconds(5))
        planBatch(in: .zero)
    }

    private mutating func commit(_ draft: ServiceModel.Draft) {
        guard isNext(draft) else { return }
        write(draft)
        service.draft = nil
        service.mayPlan = draft.mayPlan
        service.state = draft.state
        service.commits += 1
        checkCommit(draft)
        answer(draft)
        for event in draft.events { notice(event.event) }
        if service.commits % options.checkpointEvery == 0 { log.checkpoint(service.state, isTorn: strikes(.checkpointTorn)) }
        arm()
        turn()
        planBatch(in: .zero)
        if strikes(.crashBeforeAnswer) {
            plan(.crashes(life: service.life), in: delay(.zero, TimeSpan(milliseconds: 200)))
        }
    }

    private mutating func isNext(_ draft: ServiceModel.Draft) -> Bool {
        if draft.batch.base != log.sequence {
            fail("the log ends with event \(log.sequence), and the server goes on after \(draft.batch.base)")
        }
        return draft.batch.base == log.sequence
    }

    mutating func write(_ draft: ServiceModel.Draft) {
        if draft.mayPlan, !service.mayPlan { record(.planning(true)) }
        log.append(draft.events, keys: draft.keys)
        auditor = draft.auditor
        counts.commits += 1
        check(draft.events)
    }

    private mutating func answer(_ draft: ServiceModel.Draft) {
        for answer in draft.answers { hear(answer) }
    }

    // MARK: - Time

    /// Sets the alarm clock for the next deadline.
    mutating func arm(notBefore: Timestamp? = nil) {
        if options.plantedBug == .forgetsDeadlines, service.life > 1 { return }
        service.timer += 1
        guard let deadline = service.state.nextDeadline(after: clock) else { return }
        let at = max(now + (deadline - clock), notBefore ?? now)
        queue.add(.rings(life: service.life, timer: service.timer), at: max(at, now + TimeSpan(milliseconds: 1)))
    }

    mutating func ring() {
        receive(.tick)
        turn()
        arm(notBefore: now + .seconds(1))
    }

    // MARK: - Life and death

    mutating func startServer() {
        log.recover(believingAll: options.plantedBug == .readsTornTail)
        record(.disturbed("the server starts"))
        record(.planning(false))
        service = ServiceModel(life: service.life + 1, isUp: true, state: log.load())
        counts.serverStarts += 1
        checkRestart()
        arm()
        plan(.looksAround(life: service.life), in: .seconds(1))
        if options.policy.idle.mode != .off { plan(.looksForUse(life: service.life), in: .seconds(30)) }
    }

    /// - Parameter writing: whether the batch under way reached the disk; nil: who knows.
    mutating func crashServer(writing: Bool? = nil) {
        if let draft = service.draft, draft.batch.base == log.sequence {
            let isWritten = writing ?? (!log.isFull && luck.below(2) == 0)
            if isWritten {
                write(draft)
            } else if draft.events.count > 1, strikes(.tailTorn) {
                log.tear(draft.events.prefix(1 + luck.below(draft.events.count - 1)))
            }
        }
        record(.disturbed("the server crashes"))
        service.isUp = false
        service.draft = nil
        service.life += 1
        plan(.serverStarts, in: delay(.seconds(1), .seconds(30)))
    }
}
