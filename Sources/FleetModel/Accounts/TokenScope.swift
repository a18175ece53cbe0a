/// How much of its user's rights a token has.
package enum TokenScope: String, Codable, Hashable, Sendable, CaseIterable {
    /// Looks and changes nothing: for monitors and scrapers.
    case read
    /// Also asks for devices, and acts on leases of its user.
    case work
    /// All that its user may do, but making new ways in.
    case admin
}
