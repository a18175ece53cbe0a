package import FleetModel

/// Where it is kept whom a provider outside vouches for. `LedgerStore` has these functions.
package protocol OutsideStorage: Sendable {
    /// nil: nobody has come in as this one.
    func user(issuer: String, subject: String) async throws -> UserName?
    /// Keeps a new account and who it is outside, both or neither.
    /// - Returns: false: the name, the Unix user or the identity is taken; nothing was kept.
    func addAccount(_ account: Account, issuer: String, subject: String) async throws -> Bool
    /// - Returns: false: the identity is somebody's, or the account has one of this issuer; nothing was kept.
    func addIdentity(of user: UserName, issuer: String, subject: String, at: Timestamp) async throws -> Bool
    /// A number from a range that was never given before, kept for ever; nil: all were given.
    func allocateUnixID(from first: UInt32, to last: UInt32, for user: UserName, at: Timestamp) async throws -> UInt32?
}
