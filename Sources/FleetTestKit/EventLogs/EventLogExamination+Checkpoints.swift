import LeaseLedger

func examineCheckpoints(_ examinee: EventLogExaminee) async throws {
    let events = examinee.events
    let middle = events.count / 2
    try await examinee.append(events.prefix(middle))
    let state = RecordedLedger.replay(events.prefix(middle), from: LedgerState())
    try await examinee.log.checkpoint(state)
    try await expect(examinee, checkpoint: state, tail: [])
    try await examinee.append(events.dropFirst(middle))
    try await expect(examinee, checkpoint: state, tail: events.dropFirst(middle))
    try await examinee.log.checkpoint(examinee.history.state)
    try await expect(examinee, checkpoint: examinee.history.state, tail: [])
}

/// A checkpoint that comes late must not hide a newer one.
func examineOlderCheckpoint(_ examinee: EventLogExaminee) async throws {
    let events = examinee.events
    try await examinee.append(events[...])
    let newer = RecordedLedger.replay(events.prefix(20), from: LedgerState())
    let older = RecordedLedger.replay(events.prefix(8), from: LedgerState())
    try await examinee.log.checkpoint(newer)
    try await examinee.log.checkpoint(older)
    try await expect(examinee, checkpoint: newer, tail: events.dropFirst(20))
}

private func expect(
    _ examinee: EventLogExaminee, checkpoint expected: LedgerState, tail: ArraySlice<RecordedEvent>
) async throws {
    let (checkpoint, found) = try await examinee.loaded()
    guard let checkpoint else { throw LedgerFault("there is no checkpoint, and one was written at \(expected.sequence)") }
    if checkpoint.sequence != expected.sequence {
        throw LedgerFault("the checkpoint is of event \(checkpoint.sequence), not of \(expected.sequence)")
    }
    if checkpoint != expected { throw LedgerFault("the checkpoint is not the state that was written") }
    try examinee.expectSame(found, tail)
    let replayed = RecordedLedger.replay(found, from: checkpoint)
    let full = RecordedLedger.replay(examinee.events.prefix(Int(replayed.sequence)), from: LedgerState())
    if replayed != full { throw LedgerFault("checkpoint and tail give another state than a full replay") }
}
