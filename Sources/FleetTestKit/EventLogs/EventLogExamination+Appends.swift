import FleetModel
import LeaseLedger

func examineEmptyLog(_ examinee: EventLogExaminee) async throws {
    try await examinee.expect([])
}

func examineEvents(_ examinee: EventLogExaminee) async throws {
    try await examinee.append(examinee.events[...])
    try await examinee.expect(examinee.events[...])
}

func examineManyBatches(_ examinee: EventLogExaminee) async throws {
    try await examinee.append(examinee.events.prefix(60), batchSize: 1)
    try await examinee.append(examinee.events.dropFirst(60), batchSize: 7)
    try await examinee.expect(examinee.events[...])
}

func examineEmptyBatches(_ examinee: EventLogExaminee) async throws {
    try await examinee.log.append(LogBatch(), after: 0)
    try await examinee.append(examinee.events.prefix(5))
    try await examinee.log.append(LogBatch(), after: 5)
    let key = AnsweredKey(
        user: UserName("alice"), key: "alone", digest: "d", id: LeaseID(1), at: Timestamp(milliseconds: .max))
    try await examinee.log.append(LogBatch(answered: [key]), after: 5)
    try await examinee.append(examinee.events.dropFirst(5))
    try await examinee.expect(examinee.events[...])
}

func examineWrongPlace(_ examinee: EventLogExaminee) async throws {
    let events = examinee.events
    try await examinee.append(events.prefix(10))
    let next = examinee.batch(events[10..<12])
    try await examinee.expectRefusal(next, after: 11, "a batch after an event that is not there")
    try await examinee.expectRefusal(examinee.batch(events[8..<10]), after: 8, "a batch in place of what is written")
    try await examinee.expectRefusal(examinee.batch(events[..<2]), after: 0, "a second beginning")
    try await examinee.expectRefusal(next, after: -1, "a negative place")
    try await examinee.expect(events.prefix(10))
}

func examineWholeness(_ examinee: EventLogExaminee) async throws {
    let events = examinee.events
    try await examinee.append(events.prefix(10))
    let gap = examinee.batch(events[10..<13] + events[14..<16])
    try await examinee.expectRefusal(gap, after: 10, "a batch with a gap in its middle")
    try await examinee.expect(events.prefix(10))
    let double = examinee.batch(events[10..<13] + events[12..<14])
    try await examinee.expectRefusal(double, after: 10, "a batch with an event twice")
    try await examinee.expect(events.prefix(10))
    let late = examinee.batch(events[11..<13])
    try await examinee.expectRefusal(late, after: 10, "a batch that does not follow its own place")
    try await examinee.expect(events.prefix(10))
}

/// Of two writers that believe to be the only one, one must lose.
func examineRace(_ examinee: EventLogExaminee) async throws {
    let log = examinee.log, events = examinee.events, batch = examinee.batch(events.prefix(3))
    let won = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<8 {
            group.addTask {
                do throws(AppendError) {
                    try await log.append(batch, after: 0)
                    return true
                } catch {
                    return false
                }
            }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    if won != 1 { throw LedgerFault("\(won) of 8 writers could write the same place") }
    try await examinee.expect(events.prefix(3))
}
