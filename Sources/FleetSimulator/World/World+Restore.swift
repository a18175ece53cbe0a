import FleetModel
import LeaseLedger

/// An administrator puts an older copy of the ledger back. The engine keeps running what it runs.
extension World {
    mutating func restoreLedger() -> Bool {
        // Work on a device that a copy does not know can't be told from it: such copies are left alone.
        let known = firstSequenceThatKnows(engine.attempts.flatMap(\.devices))
        guard let known, log.sequence - known > 1 else { return false }
        if service.isUp { crashServer() }
        let kept = log.batchEnd(of: known + Int64(luck.below(Int(log.sequence - known))))
        let next = replica.nextID
        log.goBack(to: kept, keys: people.submissions.indices)
        var batch = LedgerBatch(from: log.replay(), at: log.replay().time)
        batch.restore(nextID: next, launched: engine.attempts.map(\.key) + engine.forgottenInOrder)
        log.append(batch.events, keys: [])
        (auditor, replica) = (Auditor(), batch.state)
        auditor.take(log.events)
        promises.removeAll { $0.sequence > kept }
        engine.markAll()
        heldAtRestore = replica.live.map { $0 }
        isRestored = true
        // Who was told of a request that is gone asks again.
        for key in people.submissions.indices where log.keys[key] == nil && people.answered[key] != nil {
            people.answered[key] = nil
            plan(.submits(key), in: delay(.seconds(30), .minutes(5)))
        }
        record(.disturbed("the ledger goes back to event \(kept)"))
        return true
    }

    /// From which event on the ledger knows all of these; nil: it does not.
    private func firstSequenceThatKnows(_ wanted: [DeviceKey]) -> Int64? {
        var state = LedgerState()
        for event in log.events {
            state.apply(event)
            if event.event.isReport, wanted.allSatisfy({ state.slot(of: $0) != nil }) { return event.sequence }
        }
        return nil
    }

    /// What ran before a restore has its devices to itself until it is gone: whoever is granted one of them since is on a
    /// device with another.
    mutating func checkRestored() {
        for attempt in engine.attempts where attempt.isFromBefore && engine.isPresent(attempt, at: now) {
            for device in attempt.devices {
                guard let holder = auditor.holder[device], holder != attempt.key.lease else { continue }
                if !heldAtRestore.contains(holder) {
                    return fail("lease \(holder) has device \(device), and attempt \(attempt.key) of before is on it")
                }
            }
        }
    }
}

extension Event {
    fileprivate var isReport: Bool { if case .nodeReported = self { true } else { false } }
}
