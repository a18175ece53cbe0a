/// Why no new lease begins on a node; what runs there goes on.
package struct Cordon: Hashable, Codable, Sendable {
    /// Who keeps new leases away, and why.
    package enum Reason: Hashable, Codable, Sendable {
        /// An administrator said so.
        case ordered(by: UserName, detail: String)
        /// So many of its devices failed at once that the driver or the checks are suspected.
        case suspected(detail: String)
    }

    package let reason: Reason
    package let since: Timestamp
    /// The node is drained: from here on no lease lasts there. nil: what runs there goes on.
    package let drainBy: Timestamp?

    package init(_ reason: Reason, since: Timestamp, drainBy: Timestamp? = nil) {
        self.reason = reason
        self.since = since
        self.drainBy = drainBy
    }

    /// Nobody ordered it: it goes when the suspicion does.
    package var isSuspicion: Bool {
        if case .suspected = reason { true } else { false }
    }
}

extension Cordon.Reason {
    /// A sentence for screens.
    package var sentence: String {
        switch self {
        case .ordered(let user, let detail):
            detail.isEmpty ? "\(user) ordered it." : "\(user) ordered it: \(detail)\(detail.hasSuffix(".") ? "" : ".")"
        case .suspected(let detail): detail
        }
    }
}
