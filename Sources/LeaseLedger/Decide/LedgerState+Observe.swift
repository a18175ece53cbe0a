package import FleetModel

extension LedgerState {
    /// How often an attempt that never began is followed by another one.
    package static let mostAttempts = 5

    /// What follows from an observation. Total: what is stale or known gives no event.
    package func observe(_ observation: Observation, at given: Timestamp) -> [Event] {
        let now = max(given, time)
        switch observation {
        case .node(let report): return observeNode(report)
        case .attemptRunning(let key):
            guard let lease = newestAttempt(key), lease.startedAt == nil,
                lease.phase == .starting || lease.phase == .ending
            else { return [] }
            return [.attemptRunning(AttemptRunning(attempt: key))]
        case .attemptEnded(let key, let outcome): return observeEnd(of: key, outcome, at: now)
        case .verified(let key, let checks, let giveUp, let use):
            return observeVerification(of: key, checks, giveUp, use, at: now)
        case .unhealthy(let fault): return observe(fault, at: now)
        case .recovered(let device, let quarantine): return observeRecovery(of: device, from: quarantine)
        case .foreign(let device, let processes): return observeForeign(processes, on: device)
        case .contact(let name, let contact):
            guard let node = nodeIndex(of: name), nodes[node].contact != contact else { return [] }
            return [.nodeContact(NodeContact(node: name, contact: contact))]
        case .suspected(let name, let detail): return observeSuspicion(of: name, detail, at: now)
        case .trusted(let name): return observeTrust(in: name)
        case .stray(let key, let devices):
            // A device that one claim freezes stays with it: the other claims it again when that one is gone.
            let known = devices.sorted().filter { device in
                guard let place = slot(of: device) else { return false }
                return nodes[place.node].slots[place.slot].condition.kind != .frozen
            }
            guard !accounts(for: key, on: devices), !known.isEmpty else { return [] }
            return [.devicesFrozen(DevicesFrozen(devices: known, claim: key))]
        case .strayGone(let key):
            guard claims.contains(key) else { return [] }
            return [.devicesThawed(DevicesThawed(claim: key))]
        case .idle(let key, let notice, let evidence): return observeRest(of: key, notice, evidence, at: now)
        case .told(let key, let end): return observeTelling(of: key, end)
        case .idleWatchBegan: return idleWatchedSince == nil ? [.idleWatchBegan(IdleWatchBegan())] : []
        }
    }

    private func observeNode(_ report: NodeReport) -> [Event] {
        var next = self
        next.applyReport(report)
        return next.nodes == nodes ? [] : [.nodeReported(NodeReported(report: report))]
    }

    private func observeEnd(of key: AttemptKey, _ outcome: AttemptOutcome, at now: Timestamp) -> [Event] {
        guard let lease = newestAttempt(key), lease.phase.mayBecome(.verifying) else { return [] }
        if outcome == .neverBegan, lease.phase == .starting, lease.attemptsMade < Self.mostAttempts {
            let next = AttemptKey(lease: key.lease, number: max(key.number, attemptsAbove) + 1)
            return [.attemptStarting(AttemptStarting(attempt: next))]
        }
        let reason: EndReason
        switch (lease.ending?.reason, outcome) {
        case (let ending?, _): reason = ending
        case (nil, .nodeLost): reason = .nodeLost
        case (nil, .launchFailed), (nil, .neverBegan): reason = .launchFailed
        case (nil, .exited), (nil, .signalled), (nil, .killed), (nil, .unknown):
            reason = lease.endByWarning(outcome) ?? .finished
        }
        return [.attemptEnded(AttemptEnded(attempt: key, outcome: outcome, reason: reason))]
    }

    private func observeVerification(
        of key: AttemptKey, _ checks: [CleanCheck], _ giveUp: [DeviceFault], _ use: DeviceUse?, at now: Timestamp
    ) -> [Event] {
        let failed = checks.contains { check in
            check.hasFailed && !giveUp.contains { $0.device == check.device }
        }
        // What froze devices without a lease is over, and they are clean.
        let thaw = !failed && claims.contains(key) ? [Event.devicesThawed(DevicesThawed(claim: key))] : []
        let looked = failed ? [] : devicesToVerify(after: key).map(\.key)
        let quarantines = giveUp.filter { looked.contains($0.device) }.flatMap { quarantine($0, at: now) }
        guard let record = requests[key.lease], let lease = newestAttempt(key), lease.phase == .verifying else {
            return quarantines + thaw
        }
        if failed {
            return checks == lease.failedChecks
                ? [] : [.verificationFailed(VerificationFailed(attempt: key, checks: checks))]
        }
        // In this order: a device that is given up is never free in between.
        let receipt = receipt(for: record, lease, checks, use, at: now)
        // Together with the close: the work that it waits with goes with the request that is over.
        let again = [requeue(of: record)].compactMap(\.self)
        return quarantines + again + [.leaseClosed(LeaseClosed(id: key.lease, receipt: receipt))] + thaw
    }

    private func receipt(
        for record: RequestRecord, _ lease: Lease, _ checks: [CleanCheck], _ use: DeviceUse?, at now: Timestamp
    ) -> Receipt {
        let reason = lease.ending?.reason ?? .finished
        let held = max(.zero, now - lease.grantedAt).milliseconds
        let (deviceTime, overflow) = held.multipliedReportingOverflow(by: Int64(lease.allocation.devices.count))
        return Receipt(
            reason: reason, outcome: lease.outcome, exitCode: ExitCode.of(lease.outcome, endedBy: reason),
            grantedAt: lease.grantedAt, startedAt: lease.startedAt, endedAt: lease.endedAt ?? now, closedAt: now,
            attempts: lease.attemptsMade, checks: checks,
            deviceTime: overflow ? .forever : TimeSpan(milliseconds: deviceTime),
            use: use, idle: reason == .idle ? record.lease?.idle?.evidence : nil,
            electricity: use == nil ? nil : policy.electricity)
    }

    /// The lease of an attempt, if that attempt is its newest.
    func newestAttempt(_ key: AttemptKey) -> Lease? {
        guard let lease = requests[key.lease]?.lease, lease.attempt == key.number else { return nil }
        return lease
    }
}
