package import FleetModel

/// Ways into single sessions. Whoever is signed in gets a ticket in an address; opened once on the session's own host, it becomes
/// a cookie that opens this session and nothing else.
package actor SessionEntrances {
    /// What a browser is sent on with.
    package static let hop = TimeSpan.seconds(60)
    /// What a person carries from a terminal to a browser.
    package static let carried = TimeSpan.minutes(10)
    /// However much it is used; it ends with its lease in any case.
    static let longest = TimeSpan.days(30)
    /// Of one user; more would be a program that asks in a loop, whose oldest go.
    private static let mostTickets = 100

    private struct Ticket {
        let digest: [UInt8]
        let request: LeaseID
        let user: UserName
        let parent: Int64?
        let place: String?
        let expiresAt: Timestamp
    }

    private let storage: any AccountStorage
    private var random: any RandomNumberGenerator & Sendable
    /// In the order of their making; nobody waits for one beyond a restart.
    private var tickets: [Ticket] = []

    package init(
        storage: any AccountStorage, random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.storage = storage
        self.random = random
    }

    /// - Parameters:
    ///   - parent: the sign-in that asks; nil: somebody at the Unix socket, or with a token.
    ///   - place: from where alone it is taken; nil: from everywhere.
    /// - Returns: the text, which can't be had again, and until when it is taken.
    package func makeTicket(
        to request: LeaseID, for user: UserName, parent: Int64?, in place: String?, lasting span: TimeSpan, at now: Timestamp
    ) -> (text: String, expiresAt: Timestamp) {
        tickets.removeAll { $0.expiresAt <= now }
        if tickets.count(where: { $0.user == user }) >= Self.mostTickets,
            let oldest = tickets.firstIndex(where: { $0.user == user })
        {
            tickets.remove(at: oldest)
        }
        let text = SecretText.entranceTicket.make(&random)
        guard let digest = SecretText.entranceTicket.digest(of: text) else {
            preconditionFailure("a new ticket is malformed")
        }
        tickets.append(
            Ticket(digest: digest, request: request, user: user, parent: parent, place: place, expiresAt: now + span))
        return (text, now + span)
    }

    /// Tickets of a user let nobody in any more.
    func dropTickets(of user: UserName) { tickets.removeAll { $0.user == user } }

    /// Uses a ticket up, wherever it is shown: one that was seen elsewhere is worthless from then on.
    /// - Returns: the cookie's value and whose it is; nil: it lets nobody in here.
    package func enter(
        _ text: String, to request: LeaseID, from address: String, agent: String, in place: String, at now: Timestamp
    ) async throws(SignInRefusal) -> (session: BrowserSession, secret: String)? {
        guard let digest = SecretText.entranceTicket.digest(of: text),
            let index = tickets.firstIndex(where: { $0.digest == digest })
        else { return nil }
        let ticket = tickets.remove(at: index)
        guard ticket.request == request, now < ticket.expiresAt, ticket.place ?? place == place else { return nil }
        let secret = SecretText.entrance.make(&random)
        guard let digest = SecretText.entrance.digest(of: secret, in: place) else {
            preconditionFailure("a new secret is malformed")
        }
        do {
            let session = try await storage.addEntrance(
                to: request, digest: digest, user: ticket.user, parent: ticket.parent, at: now,
                expiresAt: now + Self.longest,
                address: address, agent: BrowserSessions.plain(agent))
            return session.map { ($0, secret) }
        } catch { throw .storage(detail: "\(error)") }
    }

    /// Whose a cookie is; nil: it opens nothing any more, or never did.
    nonisolated package func authenticate(_ secret: String, in place: String, at now: Timestamp)
        async throws(SignInRefusal) -> BrowserSession?
    {
        guard let digest = SecretText.entrance.digest(of: secret, in: place) else { return nil }
        do {
            guard let session = try await storage.session(digest: digest), session.entrance != nil,
                BrowserSessions.isOpen(session, at: now)
            else { return nil }
            return session
        } catch { throw .storage(detail: "\(error)") }
    }

    /// Those of these numbers that are open, by their numbers.
    nonisolated package func open(
        among numbers: [Int64], at now: Timestamp
    ) async throws(SignInRefusal) -> [Int64: BrowserSession] {
        do {
            let found = try await storage.openEntrances(numbers).filter { BrowserSessions.isOpen($0, at: now) }
            return Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        } catch { throw .storage(detail: "\(error)") }
    }

    /// Whether a text can be a cookie of this kind at all.
    package static func isShaped(_ secret: String) -> Bool { SecretText.entrance.digest(of: secret) != nil }

    /// That one is used is written down now and then.
    nonisolated package func note(_ session: BrowserSession, usedAt now: Timestamp) async {
        guard now - session.lastSeenAt >= BrowserSessions.seenResolution else { return }
        // That it can't be written down, on a full disk say, is no reason to keep anybody out.
        try? await storage.markSessionSeen(session.id, at: now)
    }

    /// Who may enter a session beside its user, in order of their names.
    nonisolated package func shares(of request: LeaseID) async throws(SignInRefusal) -> [UserName] {
        do { return try await storage.shares(of: request) } catch { throw .storage(detail: "\(error)") }
    }

    nonisolated package func share(_ request: LeaseID, with user: UserName) async throws(SignInRefusal) {
        do { try await storage.addShare(of: request, with: user) } catch { throw .storage(detail: "\(error)") }
    }

    /// - Returns: false: it was not shared with them.
    nonisolated package func unshare(_ request: LeaseID, with user: UserName) async throws(SignInRefusal) -> Bool {
        do { return try await storage.removeShare(of: request, with: user) } catch { throw .storage(detail: "\(error)") }
    }
}
