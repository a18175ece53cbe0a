package import FleetModel
package import LeaseLedger

/// A lease that was returned because it was idle, or would have been.
package struct IdleFind: Sendable {
    package let record: RequestRecord
    package let at: Timestamp
    /// False: it was the dry run, and nothing was done.
    package let wasReleased: Bool
    package let evidence: IdleEvidenceSummary
    /// Device time that others got by it: until the lease would have been over. In the dry run: that they could have had,
    /// until it was over.
    package let won: TimeSpan
}

extension CheckoutService {
    /// What was returned because it was idle, and what would have been, from `start` until before `end`, in order.
    package func idleFinds(from start: Timestamp, until end: Timestamp) async throws -> [IdleFind] {
        var after = try await lastEvent(before: start), found: [IdleFind] = []
        while true {
            let page = try await archive.events(after: after, limit: 1_000)
            for event in page {
                guard event.at < end else { return found }
                after = event.sequence
                guard case .idleNoticed(let noticed) = event.event,
                    noticed.notice == .released || noticed.notice == .wouldBeReleased,
                    let record = try await record(noticed.id), let lease = record.lease
                else { continue }
                let wasReleased = noticed.notice == .released
                let over = wasReleased ? lease.endsAt : lease.receipt?.closedAt ?? min(lease.endsAt, clock.now())
                let span = max(.zero, over - event.at).milliseconds
                let (won, overflow) = span.multipliedReportingOverflow(by: Int64(lease.allocation.devices.count))
                found.append(
                    IdleFind(
                        record: record, at: event.at, wasReleased: wasReleased, evidence: noticed.evidence,
                        won: overflow ? .forever : TimeSpan(milliseconds: won)))
            }
            if page.isEmpty { return found }
        }
    }

    /// The number of the last event before a time; the one before the first that is kept where all are later. Events are in
    /// the order of their times, so that few looks find it.
    private func lastEvent(before time: Timestamp) async throws -> Int64 {
        var low: Int64 = 0, high = state.sequence
        do { _ = try await archive.events(after: 0, limit: 1) } catch ArchiveError.eventsDeleted(let first) {
            low = first - 1
        }
        while low < high {
            let middle = low + (high - low) / 2
            guard let event = try await archive.events(after: middle, limit: 1).first, event.at < time else {
                high = middle
                continue
            }
            low = middle + 1
        }
        return low
    }
}
