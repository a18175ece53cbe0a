import FleetModel

extension LedgerState {
    /// The longest reason of a revocation, in UTF-8 bytes.
    package static let longestReason = 500

    /// A lease is taken from its user; a request that waits is cancelled. Its user reads who did so and why.
    func decideRevocation(
        of id: LeaseID, _ reason: String, _ requester: Requester, at now: Timestamp
    ) throws(Rejection) -> [Event] {
        guard requester.isAdministrator else { throw .needsAdministrator }
        guard reason.unicodeScalars.contains(where: { $0 != " " }) else { throw .reasonEmpty }
        let bytes = reason.utf8.count
        guard bytes <= Self.longestReason else { throw .reasonTooLong(bytes: bytes, limit: Self.longestReason) }
        guard Self.isUsableName(reason, limit: Self.longestReason) else { throw .reasonNotPlain }
        guard let record = requests[id] else { throw .unknown(id) }
        switch record.phase {
        case .waiting: return [.requestCancelled(RequestCancelled(id: id, by: requester.user, reason: reason))]
        case .refused, .cancelled: throw .alreadyOver(id, phase: record.phase)
        case .granted: break
        }
        guard let lease = record.lease, lease.phase.isLive else { throw .alreadyOver(id, phase: record.phase) }
        guard lease.phase.mayBecome(.ending) else { throw .alreadyEnding(id) }
        return [ending(id, because: .revoked(by: requester.user, reason: reason), at: now)]
    }
}
