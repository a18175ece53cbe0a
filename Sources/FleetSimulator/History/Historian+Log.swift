import FleetModel
import LeaseLedger

/// One event after the other: was it to be?
extension Historian {
    mutating func read(_ recorded: RecordedEvent) {
        let now = recorded.at
        switch recorded.event {
        case .policySet(let event):
            usage.settle(at: now, halfLife: policy.usageHalfLife)
            policy = event.policy
        case .teamSet(let event):
            teams.removeAll { $0.name == event.team.name }
            teams.append(event.team)
        case .teamRemoved(let event): teams.removeAll { $0.name == event.name }
        case .nodeReported(let event):
            reports.removeAll { $0.node == event.report.node }
            reports.append(event.report)
            // What a lease holds elsewhere stays there, whoever lists it.
            for device in event.report.devices {
                let isHere = holder[device.key].map { self[$0]?.allocation?.node == event.report.node } ?? true
                lastListedBy[device.key] = isHere ? event.report.node : nil
            }
        case .requestSubmitted(let event): submit(event, at: now)
        case .requestRefused(let event): refuse(event)
        case .requestCancelled(let event):
            if let reason = event.reason {
                justifyRevocation(event.id, reason, by: event.by)
            } else {
                justifyReturn(event.id, by: event.by)
            }
            move(event.id, from: [.waiting], to: .cancelled)
        case .leaseGranted(let event): grant(event, at: now)
        case .leaseExtended(let event): lengthen(event, at: now)
        case .leaseEnding(let event): beginToEnd(event, at: now)
        case .attemptStarting(let event):
            let id = event.attempt.lease
            if event.attempt.number > 1 { justifyRetry(of: id, at: now) }
            change(id) { $0.attempts = event.attempt.number }
        case .attemptEnded(let event): end(event, at: now)
        case .leaseClosed(let event): close(event, at: now)
        case .attemptRunning(let event): change(event.attempt.lease) { $0.startedAt = now }
        case .nodeContact(let event):
            lost.removeAll { $0 == event.node }
            if event.contact == .lost { lost.append(event.node) }
        case .devicesFrozen(let event): frozen += event.devices.map { ($0, event.claim) }
        case .devicesThawed(let event): frozen.removeAll { $0.claim == event.claim }
        case .deviceQuarantined(let event): if !out.contains(event.device) { out.append(event.device) }
        case .foreignSeen(let event):
            outside.removeAll { $0 == event.device }
            if !event.processes.isEmpty { outside.append(event.device) }
        case .deviceReleased(let event): out.removeAll { $0 == event.device }
        case .nodeCordoned(let event):
            if !cordoned.contains(event.node) { cordoned.append(event.node) }
            drains[event.node] = event.cordon.drainBy
        case .nodeUncordoned(let event):
            cordoned.removeAll { $0 == event.node }
            drains[event.node] = nil
        case .verificationFailed, .ledgerRestored: break
        case .leaseKept, .idleNoticed, .idleWatchBegan, .workTold: break
        case .leaseReclaiming(let event): warn(event, at: now)
        case .reclaimWithdrawn(let event): spare(event)
        case .reservationMade(let event): reserved.append(event.reservation.id)
        case .reservationEnded(let event): reserved.removeAll { $0 == event.id }
        case .reservationMoved, .reservationBegan: break
        case .leaseDraining(let event): justifyDraining(event)
        }
    }

    private mutating func submit(_ event: RequestSubmitted, at now: Timestamp) {
        // Under a reservation the default is its whole time.
        let usual = event.resources.reservation == nil ? policy.defaultDuration : event.duration
        if let requeue = event.requeue {
            if event.duration != self[requeue.of]?.duration {
                complain("request \(event.id) is to last longer than before")
            }
        } else if event.duration != event.resources.duration ?? usual {
            complain("request \(event.id) is to last \(event.duration.text)")
        }
        open(
            CaseFile(
                id: event.id, owner: event.user, team: event.team, name: event.name, asked: event.resources,
                duration: event.duration, since: event.requeue?.firstSubmittedAt ?? now))
    }

    mutating func move(_ id: LeaseID, from: [CaseFile.Status], to status: CaseFile.Status) {
        guard let file = self[id], from.contains(file.status) else {
            return complain(
                "request \(id) is \(self[id].map { "\($0.status)" } ?? "unknown"), and now it is to be \(status)")
        }
        change(id) { $0.status = status }
    }

    private mutating func lengthen(_ event: LeaseExtended, at now: Timestamp) {
        guard let file = self[event.id] else { return }
        let isAsked = extensionsAsked.contains {
            $0.id == event.id && $0.by == event.by && file.endsAt + $0.span == event.endsAt
        }
        if !isAsked { complain("nobody asked for the new end of lease \(event.id)") }
        change(event.id) {
            $0.endsAt = event.endsAt
            $0.extensions += 1
        }
        checkLimits(after: event.id, at: now)
    }

    // MARK: - Ends

    private mutating func justifyReturn(_ id: LeaseID, by user: UserName) {
        let isAsked = returnsAsked.contains { $0.id == id && $0.by.user == user }
        if !isAsked { complain("\(user) never gave back \(id)") }
        if user != self[id]?.owner, user != World.root.user { complain("\(user) gave back \(id), which is another's") }
    }

    private mutating func justifyRevocation(_ id: LeaseID, _ reason: String, by user: UserName) {
        let isAsked = revocationsAsked.contains { $0.id == id && $0.reason == reason && $0.by == user }
        if !isAsked { complain("\(user) never revoked \(id) because of \(reason)") }
        if user != World.root.user { complain("\(user) revoked \(id), and is no administrator") }
    }

    private mutating func beginToEnd(_ event: LeaseEnding, at now: Timestamp) {
        guard let file = self[event.id] else { return }
        switch event.reason {
        case .expired: if now < file.endsAt { complain("lease \(event.id) expired before its time") }
        case .returned(let user): justifyReturn(event.id, by: user)
        case .deviceFailed:
            if !file.devices.contains(where: failed.contains) { complain("no device of lease \(event.id) has failed") }
        case .idle: if policy.idle.mode != .release { complain("lease \(event.id) was taken, and nothing may be") }
        case .revoked(let user, let reason): justifyRevocation(event.id, reason, by: user)
        case .preempted: justifyPreemption(of: event.id, at: now)
        case .drained:
            let deadline = file.allocation.flatMap { drains[$0.node] }
            if deadline.map({ now < $0 }) ?? true {
                complain("lease \(event.id) was drained before its node had to be empty")
            }
        default: complain("lease \(event.id) ends as \(event.reason), which nothing does yet")
        }
        if event.killAt != now + policy.grace { complain("the grace of lease \(event.id) is not the policy's") }
        overstayed(file, at: now)
        favourWhoWaitsFor(file.id)
        move(event.id, from: [.live], to: .ending)
        change(event.id) { ($0.reason, $0.killAt) = (event.reason, event.killAt) }
    }

    /// A lease whose time is over ends at once, unless the server could not act.
    private mutating func overstayed(_ file: CaseFile, at now: Timestamp) {
        if let warning = warnings.first(where: { $0.lease == file.id }), now > warning.endsAt + .minutes(1),
            disturbedAt < warning.endsAt
        {
            complain("the notice of lease \(file.id) was over \((now - warning.endsAt).text) ago, and nothing came of it")
        }
        if let deadline = file.allocation.flatMap({ drains[$0.node] }), now > deadline + .minutes(1), disturbedAt < deadline
        {
            complain("lease \(file.id) lasted \((now - deadline).text) longer than its node was to be drained")
        }
        if now > file.endsAt + .minutes(1), disturbedAt < file.endsAt {
            complain("lease \(file.id) was over \((now - file.endsAt).text) ago, and nobody ended it")
        }
    }

    /// Only what would last longer is told to end.
    private mutating func justifyDraining(_ event: LeaseDraining) {
        guard let file = self[event.id], let node = file.allocation?.node else { return }
        if drains[node] != event.endsAt { complain("lease \(event.id) is told to end, and its node is not drained") }
    }

    /// Another attempt follows only when the last one provably never began.
    private mutating func justifyRetry(of id: LeaseID, at now: Timestamp) {
        guard let file = self[id] else { return }
        let last = run(AttemptKey(lease: id, number: file.attempts))
        if last?.end?.outcome != .neverBegan || last?.began != 0 { complain("the work of lease \(id) is tried again") }
    }

    private mutating func end(_ event: AttemptEnded, at now: Timestamp) {
        guard let file = self[event.attempt.lease] else { return }
        if file.status == .live {
            favourWhoWaitsFor(file.id)
            overstayed(file, at: now)
            let reason = reason(of: event.outcome)
            if event.reason != reason {
                complain("the work of lease \(file.id) ended as \(event.outcome), and the reason is \(event.reason)")
            }
            change(file.id) { $0.reason = reason }
        } else if event.reason != file.reason {
            complain("lease \(file.id) has two reasons for its end")
        }
        move(file.id, from: [.live, .ending], to: .verifying)
        change(file.id) { $0.endedAt = now }
    }

    private func reason(of outcome: AttemptOutcome) -> EndReason {
        switch outcome {
        case .nodeLost: .nodeLost
        case .launchFailed, .neverBegan: .launchFailed
        case .exited, .signalled, .killed, .unknown: .finished
        }
    }
}
