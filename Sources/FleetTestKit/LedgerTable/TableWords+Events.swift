import FleetModel
package import LeaseLedger

extension TableWords {
    /// An event in the words of the table language.
    package func event(_ event: Event) -> String {
        switch event {
        case .policySet(let event): "policy by \(event.by)"
        case .teamSet(let event): team(event.team)
        case .teamRemoved(let event): "team \(event.name) gone"
        case .nodeReported(let event): "node \(event.report.node) \(event.report.devices.count)"
        case .nodeContact(let event): "\(event.node) \(event.contact)"
        case .requestSubmitted(let event):
            "\(event.id) waiting \(event.user) \(event.team) for \(Self.span(event.duration))"
                + (event.requeue.map { " again for \($0.of) number \($0.count)" } ?? "")
        case .requestRefused(let event): "\(event.id) refused"
        case .requestCancelled(let event): "\(event.id) cancelled \(event.by)"
        case .leaseGranted(let event):
            "\(event.id) granted \(Self.devices(event.allocation.devices)) until \(time(event.endsAt))"
        case .leaseExtended(let event): "\(event.id) until \(time(event.endsAt)) by \(event.by)"
        case .leaseEnding(let event): "\(event.id) ending \(Self.reason(event.reason)) kill \(time(event.killAt))"
        case .attemptStarting(let event): "\(event.attempt) starting"
        case .attemptRunning(let event): "\(event.attempt) running"
        case .attemptEnded(let event):
            "\(event.attempt) verifying \(Self.outcome(event.outcome)) \(Self.reason(event.reason))"
        case .verificationFailed(let event): "\(event.attempt) unclean"
        case .leaseClosed(let event): closed(event)
        case .devicesFrozen(let event): "frozen \(Self.devices(event.devices)) by \(event.claim)"
        case .devicesThawed(let event): "thawed \(event.claim)"
        case .deviceQuarantined(let event): "quarantined \(event.device) \(event.quarantine.cure)"
        case .deviceReleased(let event): "released \(event.device)\(event.by.map { " by \($0)" } ?? "")"
        case .foreignSeen(let event):
            "foreign \(event.device) "
                + (event.processes.isEmpty ? "none" : event.processes.map { "\($0.pid)" }.joined(separator: ","))
        case .nodeCordoned(let event):
            "cordoned \(event.node)\(event.cordon.isSuspicion ? " on suspicion" : "")"
                + (event.cordon.drainBy.map { " drained by \(time($0))" } ?? "")
        case .nodeUncordoned(let event): "uncordoned \(event.node)\(event.by.map { " by \($0)" } ?? "")"
        case .leaseKept(let event): "\(event.id) kept until \(time(event.until)) by \(event.by)"
        case .idleNoticed(let event):
            "\(event.id) \(event.notice.word)" + (event.notice.releaseAt.map { " release \(time($0))" } ?? "")
        case .idleWatchBegan: "idle watched"
        case .leaseReclaiming(let event): "\(event.id) reclaimed for \(event.for) at \(time(event.endsAt))"
        case .reclaimWithdrawn(let event): "\(event.id) spared"
        case .workTold(let event): "\(event.attempt) told \(Self.end(event.end))"
        case .reservationMade(let event): made(event.reservation)
        case .reservationMoved(let event): moved(event)
        case .reservationBegan(let event): "began \(event.id)"
        case .reservationEnded(let event): "ended \(event.id) \(Self.end(event.end))"
        case .leaseDraining(let event): "\(event.id) drained by \(time(event.endsAt))"
        case .ledgerRestored(let event):
            "restored next \(event.nextID)" + (event.attemptsAbove.map { " attempts above \($0)" } ?? "")
        }
    }

    private func team(_ team: Team) -> String {
        let limit = team.limit.map { " limit \($0)" } ?? ""
        return
            "team \(team.name) guarantee \(team.guarantee)\(limit) members \(team.members.map(\.name).joined(separator: ","))"
    }

    private func closed(_ event: LeaseClosed) -> String {
        let receipt = event.receipt
        return "\(event.id) closed exit \(receipt.exitCode) \(receipt.verdict) \(Self.reason(receipt.reason))"
            + " attempts \(receipt.attempts) devicetime \(Self.span(receipt.deviceTime))"
            + (receipt.idle.map { " idle since \(time($0.since))" } ?? "")
    }

    package static func condition(_ condition: DeviceCondition) -> String {
        switch condition {
        case .offered: "offered"
        case .missing: "missing"
        case .frozen(let claim): "frozen \(claim)"
        }
    }
}
