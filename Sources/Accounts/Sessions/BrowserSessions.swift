package import FleetModel

/// Browsers that are signed in: who has the cookie acts as its user.
package actor BrowserSessions {
    /// However much it is used.
    package static let longest = TimeSpan.days(30)
    /// Without a request.
    package static let longestPause = TimeSpan.days(4)
    /// How often it is written down that a session is used.
    static let seenResolution = TimeSpan.minutes(10)
    private static let longestAgent = 200

    /// Of sessions that were ended.
    package nonisolated let changes = AccessChanges()
    private let storage: any AccountStorage
    private var random: any RandomNumberGenerator & Sendable

    package init(
        storage: any AccountStorage, random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.storage = storage
        self.random = random
    }

    /// - Parameter place: what the session is bound to; from another place its cookie opens nothing. Empty: to nothing.
    /// - Returns: the session, and the cookie's value, which can't be had again.
    package func begin(
        for user: UserName, address: String, agent: String, in place: String = "", at now: Timestamp
    ) async throws(SignInRefusal) -> (session: BrowserSession, secret: String) {
        let secret = SecretText.session.make(&random)
        guard let digest = SecretText.session.digest(of: secret, in: place) else {
            preconditionFailure("a new secret is malformed")
        }
        do {
            let session = try await storage.addSession(
                digest: digest, user: user, at: now, expiresAt: now + Self.longest, address: address,
                agent: Self.plain(agent))
            return (session, secret)
        } catch { throw .storage(detail: "\(error)") }
    }

    /// What a browser says that it is, fit for lists.
    static func plain(_ agent: String) -> String {
        String(
            String.UnicodeScalarView(agent.unicodeScalars.filter { (0x20..<0x7f).contains($0.value) }.prefix(longestAgent)))
    }

    /// Whose a cookie is; nil: it opens nothing any more, or never did.
    nonisolated package func authenticate(_ secret: String, in place: String = "", at now: Timestamp)
        async throws(SignInRefusal) -> BrowserSession?
    {
        guard let digest = SecretText.session.digest(of: secret, in: place) else { return nil }
        let found: BrowserSession?
        do { found = try await storage.session(digest: digest) } catch { throw .storage(detail: "\(error)") }
        guard let session = found, session.entrance == nil, Self.isOpen(session, at: now) else { return nil }
        if now - session.lastSeenAt >= Self.seenResolution {
            // That it can't be written down, on a full disk say, is no reason to keep anybody out.
            try? await storage.markSessionSeen(session.id, at: now)
        }
        return session
    }

    /// Sign-ins that still open something, newest first; of one user, or of all.
    nonisolated package func list(of user: UserName?, at now: Timestamp) async throws(SignInRefusal) -> [BrowserSession] {
        do {
            return try await storage.openSessions(of: user).filter { $0.entrance == nil && Self.isOpen($0, at: now) }
        } catch { throw .storage(detail: "\(error)") }
    }

    /// From now on its cookie opens nothing.
    /// - Parameter user: whose it must be; nil: anybody's, for administrators.
    /// - Returns: false: there is none of that number.
    nonisolated package func end(_ id: Int64, of user: UserName?, at now: Timestamp) async throws(SignInRefusal) -> Bool {
        defer { changes.note() }
        do { return try await storage.endSession(id, of: user, at: now) != nil } catch { throw .storage(detail: "\(error)") }
    }

    /// `SignInDesk.signOut` does more. Signs a user out everywhere, but perhaps here; what links were made for them opens nothing either.
    /// - Returns: how many sessions were ended.
    nonisolated func endAll(
        of user: UserName, except kept: Int64? = nil, at now: Timestamp
    ) async throws(SignInRefusal) -> Int {
        defer { changes.note() }
        do {
            try await storage.dropTickets(of: user)
            return try await storage.endSessions(of: user, except: kept, at: now)
        } catch { throw .storage(detail: "\(error)") }
    }

    static func isOpen(_ session: BrowserSession, at now: Timestamp) -> Bool {
        session.endedAt == nil && now < session.expiresAt && now - session.lastSeenAt < longestPause
    }
}
