/// What became of the probe, which allocates, writes and reads back.
package enum ProbeResult: Hashable, Codable, Sendable {
    case passed
    /// It failed or ran into its deadline.
    case failed(detail: String)
    case notRun(reason: String)
}
