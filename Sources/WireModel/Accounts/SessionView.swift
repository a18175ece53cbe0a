/// Who a caller is.
package struct WhoView: Codable, Equatable, Sendable {
    package var user: String
    package var displayName: String?
    /// `member`, `operator` or `administrator`.
    package var role: String
    package var administrator: Bool
    package var team: String?
    /// `socket`, `token` or `session`.
    package var door: String
    /// The number of the token or the session.
    package var doorID: Int64?
    /// Why no work of theirs can be started; absent: it can.
    package var workRefusal: String?

    package init(
        user: String, displayName: String?, role: String, administrator: Bool, team: String?, door: String, doorID: Int64?,
        workRefusal: String?
    ) {
        self.user = user
        self.displayName = displayName
        self.role = role
        self.administrator = administrator
        self.team = team
        self.door = door
        self.doorID = doorID
        self.workRefusal = workRefusal
    }
}

/// A browser that is signed in.
package struct BrowserSessionView: Codable, Equatable, Sendable {
    package var id: Int64
    package var user: String
    package var createdAt: String
    package var lastSeenAt: String
    package var expiresAt: String
    package var address: String
    package var agent: String
    /// It is the one that asks.
    package var current: Bool

    package init(
        id: Int64, user: String, createdAt: String, lastSeenAt: String, expiresAt: String, address: String, agent: String,
        current: Bool
    ) {
        self.id = id
        self.user = user
        self.createdAt = createdAt
        self.lastSeenAt = lastSeenAt
        self.expiresAt = expiresAt
        self.address = address
        self.agent = agent
        self.current = current
    }
}

package struct BrowserSessionList: Codable, Equatable, Sendable {
    package var sessions: [BrowserSessionView]
    package init(sessions: [BrowserSessionView]) { self.sessions = sessions }
}

package struct EndedSessions: Codable, Equatable, Sendable {
    /// How many were open.
    package var ended: Int
    package init(ended: Int) { self.ended = ended }
}

/// A sign-in link.
package struct TicketView: Codable, Equatable, Sendable {
    package var user: String
    /// Signs in once, whoever opens it: only in the answer that makes it.
    package var url: String
    package var expiresAt: String

    package init(user: String, url: String, expiresAt: String) {
        self.user = user
        self.url = url
        self.expiresAt = expiresAt
    }
}

/// The body of `POST /v1/tickets`.
package struct TicketBody: Codable, Equatable, Sendable {
    /// Absent: the caller.
    package var user: String?
    package init(user: String? = nil) { self.user = user }
}
