package import FleetModel

/// Who accounts are at providers outside; they are known also where no provider is set up any more.
extension SignInDesk {
    package func identities(of user: UserName) async throws(SignInRefusal) -> [OutsideIdentity] {
        do { return try await storage.identities(of: user) } catch { throw .storage(detail: "\(error)") }
    }

    /// Whether a number was ever given to an account that is no user of the machine.
    package func wasAllocated(unixID: UInt32) async throws(SignInRefusal) -> Bool {
        do { return try await storage.wasAllocated(unixID: unixID) } catch { throw .storage(detail: "\(error)") }
    }

    /// Nobody of this provider's signs in as the account any more; what is signed in stays.
    /// - Returns: false: nobody could.
    package func disconnect(_ user: UserName, issuer: String) async throws(SignInRefusal) -> Bool {
        do { return try await storage.dropIdentity(of: user, issuer: issuer) } catch { throw .storage(detail: "\(error)") }
    }
}
