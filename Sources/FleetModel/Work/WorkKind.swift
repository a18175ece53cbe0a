/// The three kinds of work; one mechanism runs them.
package enum WorkKind: String, Codable, Sendable, CaseIterable {
    /// Runs to completion.
    case job
    /// Interactive, with a URL.
    case session
    /// Deployed: has a URL, is health-checked and restarted.
    case service
}
