/// What somebody may do beside their own work.
package enum AccountRole: String, Codable, Hashable, Sendable, CaseIterable {
    /// Asks for devices and acts on leases of their own.
    case member
    /// Also takes devices and nodes out of the pool and puts them back.
    case `operator`
    /// May do everything.
    case administrator
}
