package import FleetModel

/// Where accounts, browser sessions and tickets are kept. `LedgerStore` has these functions; the two meet where the server
/// is put together, since neither knows the other.
package protocol AccountStorage: Sendable {
    /// In order of their names.
    func accounts() async throws -> [Account]
    /// Keeps a new account.
    /// - Returns: false: the name, in whatever case, or the Unix user is taken; nothing was kept.
    func addAccount(_ account: Account) async throws -> Bool
    /// Everything but the name and the time of its making becomes as given.
    /// - Returns: false: another account has the Unix user; nothing was changed.
    func changeAccount(_ account: Account) async throws -> Bool

    /// Keeps a new session and gives it its number.
    func addSession(
        digest: [UInt8], user: UserName, at: Timestamp, expiresAt: Timestamp, address: String, agent: String
    ) async throws -> BrowserSession
    /// Keeps a way into the session of one request.
    /// - Parameter parent: the sign-in that it comes from, and ends with; nil: none.
    /// - Returns: nil: the sign-in that it comes from has ended; nothing was kept.
    func addEntrance(
        to request: LeaseID, digest: [UInt8], user: UserName, parent: Int64?, at: Timestamp, expiresAt: Timestamp,
        address: String, agent: String
    ) async throws -> BrowserSession?
    /// Ways in of these numbers that nobody has ended, and whose sign-in nobody has ended.
    func openEntrances(_ numbers: [Int64]) async throws -> [BrowserSession]
    /// The session with this digest; nil: there is none.
    func session(digest: [UInt8]) async throws -> BrowserSession?
    /// Those that nobody has ended, newest first; of one user, or of all.
    func openSessions(of user: UserName?) async throws -> [BrowserSession]
    func markSessionSeen(_ id: Int64, at: Timestamp) async throws
    /// Of one user, or of anybody, with the entrances that come from it. The time of the first end stays.
    /// - Returns: the session as it is now; nil: there is none.
    func endSession(_ id: Int64, of user: UserName?, at: Timestamp) async throws -> BrowserSession?
    /// Ends all of a user's but `except` and the entrances that come from it, and gives how many sign-ins there were.
    func endSessions(of user: UserName, except: Int64?, at: Timestamp) async throws -> Int

    /// Keeps a new ticket and gives it its number. Older ones of the user that nobody has used go.
    func addTicket(
        digest: [UInt8], user: UserName, madeBy: UserName?, at: Timestamp, expiresAt: Timestamp
    ) async throws -> SignInTicket
    /// The ticket with this digest; nil: there is none.
    func ticket(digest: [UInt8]) async throws -> SignInTicket?
    /// Marks a ticket used, where it is valid at this time and nobody has used it: of any number who ask at once, one gets it.
    func useTicket(digest: [UInt8], at: Timestamp) async throws -> SignInTicket?
    func dropTickets(of user: UserName) async throws

    /// Whether a number was ever given to an account that is no user of the machine.
    func wasAllocated(unixID: UInt32) async throws -> Bool

    /// Who an account is at providers outside, in order of their addresses.
    func identities(of user: UserName) async throws -> [OutsideIdentity]
    /// Nobody of this provider's is this account any more.
    /// - Returns: false: nobody was.
    func dropIdentity(of user: UserName, issuer: String) async throws -> Bool

    /// Who may enter a session beside its user, in order of their names.
    func shares(of request: LeaseID) async throws -> [UserName]
    func addShare(of request: LeaseID, with user: UserName) async throws
    /// - Returns: false: it was not shared with them.
    func removeShare(of request: LeaseID, with user: UserName) async throws -> Bool
}
