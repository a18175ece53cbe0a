package import FleetModel

/// Sign-in links: whoever opens one first is signed in, once.
package actor SignInTickets {
    package static let validity = TimeSpan.days(1)

    private let storage: any AccountStorage
    private var random: any RandomNumberGenerator & Sendable

    package init(
        storage: any AccountStorage, random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.storage = storage
        self.random = random
    }

    /// Makes a ticket; the ones before it for the same user are worthless then.
    /// - Parameter maker: nil: the server itself.
    /// - Returns: the record, and the text, which can't be had again.
    package func make(
        for user: UserName, by maker: UserName?, at now: Timestamp
    ) async throws(SignInRefusal) -> (ticket: SignInTicket, text: String) {
        let text = SecretText.ticket.make(&random)
        guard let digest = SecretText.ticket.digest(of: text) else { preconditionFailure("a new ticket is malformed") }
        do {
            let ticket = try await storage.addTicket(
                digest: digest, user: user, madeBy: maker, at: now, expiresAt: now + Self.validity)
            return (ticket, text)
        } catch { throw .storage(detail: "\(error)") }
    }

    /// Whom a ticket would sign in; it stays as it is, for a link is also opened by mail scanners and previews.
    nonisolated package func look(_ text: String, at now: Timestamp) async throws(SignInRefusal) -> SignInTicket {
        guard let digest = SecretText.ticket.digest(of: text) else { throw .noTicket }
        let found: SignInTicket?
        do { found = try await storage.ticket(digest: digest) } catch { throw .storage(detail: "\(error)") }
        guard let ticket = found, ticket.usedAt == nil, now < ticket.expiresAt else { throw .noTicket }
        return ticket
    }

    /// Uses a ticket up.
    nonisolated package func use(_ text: String, at now: Timestamp) async throws(SignInRefusal) -> SignInTicket {
        guard let digest = SecretText.ticket.digest(of: text) else { throw .noTicket }
        let used: SignInTicket?
        do { used = try await storage.useTicket(digest: digest, at: now) } catch { throw .storage(detail: "\(error)") }
        guard let used else { throw .noTicket }
        return used
    }
}
