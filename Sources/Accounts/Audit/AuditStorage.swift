package import FleetModel

/// Where it is kept who did what.
package protocol AuditStorage: Sendable {
    /// Keeps entries, in their order, all or none.
    func addAudit(_ entries: [AuditEntry]) async throws
    /// Newest first.
    /// - Parameters:
    ///   - before: only entries with lower numbers.
    ///   - user: of one user; nil: of all.
    ///   - act: acts that begin so: `request` finds `request.create`.
    func audit(before: Int64?, limit: Int, user: UserName?, act: String?) async throws -> [AuditEntry]
}
