/// Work that is entered through the browser; part of `POST /v1/requests`.
package struct SessionWish: Codable, Equatable, Sendable {
    /// `notebook`: JupyterLab, without a command of one's own. `web`: the program of `command`, which speaks HTTP.
    package var kind: String
    /// The TCP port of 127.0.0.1 that the program listens on, in a network of its own; absent: it listens on the Unix socket that
    /// `CARREL_SESSION_SOCKET` names.
    package var port: Int?

    package init(kind: String, port: Int? = nil) {
        self.kind = kind
        self.port = port
    }
}

/// A way into a session, once, for whoever has the address.
package struct EntranceView: Codable, Equatable, Sendable {
    package var id: Int64
    package var url: String
    package var expiresAt: String

    package init(id: Int64, url: String, expiresAt: String) {
        self.id = id
        self.url = url
        self.expiresAt = expiresAt
    }
}

/// With whom a session is shared. Who may enter it beside its own user.
package struct ShareList: Codable, Equatable, Sendable {
    package var id: Int64
    package var users: [String]

    package init(id: Int64, users: [String]) {
        self.id = id
        self.users = users
    }
}
