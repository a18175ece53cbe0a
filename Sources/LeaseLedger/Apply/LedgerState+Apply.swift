import FleetModel

extension LedgerState {
    /// Takes an event in. Total for every event that `decide` or `observe` gave for this state; anything else is a
    /// broken log and stops the program, since going on would offer devices twice.
    package mutating func apply(_ recorded: RecordedEvent) {
        precondition(
            recorded.sequence == sequence + 1, "event \(recorded.sequence) can't follow event \(sequence): the log has a gap"
        )
        let now = recorded.at
        switch recorded.event {
        case .policySet(let event):
            settleUsage(at: now)
            let was = policy.foreign
            policy = event.policy
            if was != policy.foreign { renewForeign() }
            index.queue.setRanks(index.queue.seats.compactMap { $0.user.flatMap { rank(of: $0) } })
        case .teamSet(let event): setTeam(event.team, named: event.team.name)
        case .teamRemoved(let event): setTeam(nil, named: event.name)
        case .nodeReported(let event): applyReport(event.report)
        case .nodeContact(let event): applyContact(event)
        case .requestSubmitted(let event): applySubmission(event, at: now)
        case .requestRefused(let event):
            leaveQueue(event.id, as: .refused) { $0.refusal = event.refusal }
            retire(event.id)
        case .requestCancelled(let event):
            leaveQueue(event.id, as: .cancelled) {
                $0.cancelledBy = event.by
                $0.cancelledBecause = event.reason
            }
            retire(event.id)
        case .leaseGranted(let event): applyGrant(event, at: now)
        case .leaseExtended(let event): updateLease(event.id) { $0.endsAt = event.endsAt }
        case .leaseEnding(let event): applyEnding(event, at: now)
        case .attemptStarting(let event):
            move(event.attempt.lease, to: .starting) { $0.begin(attempt: event.attempt.number) }
        case .attemptRunning(let event): applyRunning(event.attempt.lease, at: now)
        case .attemptEnded(let event): applyEnd(of: event, at: now)
        case .verificationFailed(let event): updateLease(event.attempt.lease) { $0.failedChecks = event.checks }
        case .leaseClosed(let event): applyClose(event, at: now)
        case .devicesFrozen(let event): applyFreeze(event)
        case .devicesThawed(let event): applyThaw(event)
        case .deviceQuarantined(let event): setQuarantine(event.quarantine, of: event.device, at: now)
        case .deviceReleased(let event): setQuarantine(nil, of: event.device, at: now)
        case .foreignSeen(let event): setForeign(event.processes, on: event.device, at: now)
        case .nodeCordoned(let event): setCordon(event.cordon, of: event.node)
        case .nodeUncordoned(let event):
            forgetDrain(of: event.node)
            setCordon(nil, of: event.node)
        case .leaseDraining(let event): updateLease(event.id) { $0.drainAt = event.endsAt }
        case .reservationMade, .reservationMoved, .reservationBegan, .reservationEnded:
            applyReservation(recorded.event, at: now)
        case .leaseReclaiming(let event):
            updateLease(event.id) { $0.reclaim = Lease.Reclaim(for: event.for, since: now, endsAt: event.endsAt) }
        case .reclaimWithdrawn(let event): updateLease(event.id) { $0.reclaim = nil }
        case .ledgerRestored(let event):
            nextID = max(nextID, event.nextID)
            attemptsAbove = max(attemptsAbove, event.attemptsAbove ?? 0)
        case .leaseKept(let event): noteRest(event.id) { $0.keep(from: now, until: event.until) }
        case .idleNoticed(let event): noteRest(event.id) { $0.take(event.notice, event.evidence, at: now) }
        case .workTold(let event): updateLease(event.attempt.lease) { $0.warning?.note(event.end, at: now) }
        case .idleWatchBegan: idleWatchedSince = now
        }
        sequence = recorded.sequence
        time = max(time, now)
    }

    private mutating func applyEnding(_ event: LeaseEnding, at now: Timestamp) {
        let unused = attemptsAbove + 1
        move(event.id, to: .ending) {
            $0.ending = Lease.Ending(reason: event.reason, since: now, killAt: event.killAt)
            // Nothing was ever launched, so that nothing will report an end.
            if $0.attempt == 0 { $0.begin(attempt: unused) }
        }
        favourBeneficiary(of: event.id)
    }

    private mutating func applyEnd(of event: AttemptEnded, at now: Timestamp) {
        if requests[event.attempt.lease]?.lease?.ending == nil { favourBeneficiary(of: event.attempt.lease) }
        move(event.attempt.lease, to: .verifying) {
            $0.outcome = event.outcome
            $0.endedAt = now
            $0.ending = $0.ending ?? Lease.Ending(reason: event.reason, since: now, killAt: now)
        }
    }

    private mutating func setTeam(_ team: Team?, named name: TeamName) {
        teams.removeAll { $0.name == name }
        if let team { teams.insert(team, at: teams.partitioningIndex { $0.name >= name }) }
        index.setTeams(teams)
    }

    private mutating func applySubmission(_ event: RequestSubmitted, at now: Timestamp) {
        var record = RequestRecord(
            id: event.id, user: event.user, team: event.team, name: event.name, kind: event.kind,
            resources: event.resources, duration: event.duration, submittedAt: now, phase: .waiting)
        record.wishes = event.wishes
        record.requeue = event.requeue
        record.forecast = event.forecast
        if let old = event.requeue?.of { requests.update(old) { $0.requeuedAs = event.id } }
        requests[event.id] = record
        enqueue(record)
        waiting.insertSorted(event.id)
        nextID = max(nextID, event.id.next)
    }

    private mutating func applyGrant(_ event: LeaseGranted, at now: Timestamp) {
        let allocation = event.allocation
        var lease = Lease(
            allocation: allocation, grantedAt: now, reasons: event.reasons, endsAt: event.endsAt, phase: .pledged,
            contact: .known, attempt: 0, failedChecks: [])
        lease.warning = WorkWarning(requests[event.id]?.wishes)
        leaveQueue(event.id, as: .granted) { $0.lease = lease }
        index.changeLease(event.id, from: nil, to: lease)
        if let team = requests[event.id]?.team { index.count(allocation.devices.count, for: team) }
        live.insertSorted(event.id)
        if let record = requests[event.id] { index.setHolder(record, isLive: true) }
        if let under = requests[event.id]?.resources.reservation { changeReservation(under) { $0.isUsed = true } }
        hold(allocation, by: event.id)
        meter(event.id, holding: allocation.devices.count, at: now)
    }

    /// Work that is seen only after its lease began to end has begun all the same.
    private mutating func applyRunning(_ id: LeaseID, at now: Timestamp) {
        guard requests[id]?.lease?.phase == .ending else { return move(id, to: .running) { $0.startedAt = now } }
        updateLease(id) { $0.startedAt = now }
    }

    private mutating func applyClose(_ event: LeaseClosed, at now: Timestamp) {
        move(event.id, to: .closed) {
            $0.failedChecks = []
            $0.receipt = event.receipt
        }
        guard let record = requests[event.id], let allocation = record.lease?.allocation else { return }
        index.count(-allocation.devices.count, for: record.team)
        release(allocation, by: event.id)
        meter(event.id, holding: -allocation.devices.count, at: now)
        live.removeSorted(event.id)
        index.setHolder(record, isLive: false)
        countWeek(of: record, at: now)
        retire(event.id)
    }

    /// A lease ends that was being taken back, if only because its user was warned: the request that it was taken back for
    /// comes first.
    private mutating func favourBeneficiary(of lease: LeaseID) {
        guard let id = requests[lease]?.lease?.reclaim?.for, requests[id]?.phase == .waiting else { return }
        requests.update(id) { $0.leasesTakenBack = ($0.leasesTakenBack ?? 0) + 1 }
        index.setFavoured(id, true)
    }

    private mutating func leaveQueue(_ id: LeaseID, as phase: RequestPhase, _ change: (inout RequestRecord) -> Void) {
        if let record = requests[id] { dequeue(record) }
        index.setFavoured(id, false)
        requests.update(id) {
            precondition($0.phase.mayBecome(phase), "request \(id) can't go from \($0.phase) to \(phase)")
            $0.phase = phase
            change(&$0)
        }
        waiting.removeSorted(id)
    }

    private mutating func move(_ id: LeaseID, to phase: LeasePhase, _ change: (inout Lease) -> Void) {
        updateLease(id) {
            precondition($0.phase.mayBecome(phase), "lease \(id) can't go from \($0.phase) to \(phase)")
            $0.phase = phase
            change(&$0)
        }
    }

    mutating func updateLease(_ id: LeaseID, _ change: (inout Lease) -> Void) {
        guard let record = requests[id], let old = record.lease else { preconditionFailure("request \(id) has no lease") }
        var new = old
        change(&new)
        requests.update(id) { $0.lease = new }
        index.changeLease(id, from: old, to: new)
        index.count(leaving: new.devicesLeaving - old.devicesLeaving, of: record.team)
        if old.backAt != new.backAt || old.couldBeTakenBack != new.couldBeTakenBack, new.phase.isLive,
            let node = nodeIndex(of: new.allocation.node)
        {
            refreshNode(node)
        }
    }

    /// Keeps the newest `closedKept` requests that are over.
    private mutating func retire(_ id: LeaseID) {
        over.append(id)
        while over.count > Self.closedKept { requests[over.removeFirst()] = nil }
    }
}
