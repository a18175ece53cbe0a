import FleetModel
import LeaseLedger
import WireModel

/// What people read of a lease that is being taken back.
extension ViewMaker {
    /// For its user, while it runs.
    func notice(of record: RequestRecord, now: Timestamp) -> NoticeView {
        let reclaim = record.lease?.reclaim
        return NoticeView(
            lease: record.id.number, user: record.user.name, name: record.name,
            kind: reclaim == nil ? "notTakenBack" : "takenBack", at: text(reclaim?.since ?? now),
            sentence: words(of: record, now: now), evidence: "", releaseAt: reclaim.map { text($0.endsAt) }, keep: nil)
    }

    private func words(of record: RequestRecord, now: Timestamp) -> String {
        guard let lease = record.lease, let reclaim = lease.reclaim else {
            return "lease \(record.id) is not taken back after all; it goes on"
        }
        let left = max(.zero, reclaim.endsAt - now)
        return "lease \(record.id) \(words(for: reclaim)); its work is asked to end "
            + (left < .seconds(1) ? "now" : "in \(left.text)")
    }

    /// As the rest of a sentence: "lease 7 …".
    func words(for reclaim: Lease.Reclaim) -> String {
        let whose = state.requests[reclaim.for].map { " of \($0.user)" } ?? ""
        return
            "is being taken back for request \(reclaim.for)\(whose), which a guarantee covers; this lease is beyond its own team's"
    }

    /// The leases that are being taken back for a request, or were and are not closed; nil: none.
    func takenBack(for record: RequestRecord) -> [Int64]? {
        guard record.phase == .waiting, state.takesAnythingBack else { return nil }
        let leases = state.index.takenBack.filter { $0.request == record.id }.map(\.lease.number)
        return leases.isEmpty ? nil : leases
    }

    func view(_ reclaim: Lease.Reclaim?) -> LeaseView.Reclaim? {
        reclaim.map { LeaseView.Reclaim(forRequest: $0.for.number, since: text($0.since), endsAt: text($0.endsAt)) }
    }
}
