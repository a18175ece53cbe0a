/// A personal access token, without its secret.
package struct TokenView: Codable, Equatable, Sendable {
    package var id: Int64
    package var name: String
    package var user: String
    /// `read`, `work` or `admin`.
    package var scope: String?
    package var createdAt: String
    package var expiresAt: String?
    package var lastUsedAt: String?
    /// Only in the answer that makes it: shown once, never kept in clear.
    package var token: String?
    /// Where it signs in, beside the token itself; absent: the server has no HTTP address.
    package var url: String?

    package init(
        id: Int64, name: String, user: String, scope: String?, createdAt: String, expiresAt: String?, lastUsedAt: String?,
        token: String? = nil, url: String? = nil
    ) {
        self.id = id
        self.name = name
        self.user = user
        self.scope = scope
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.lastUsedAt = lastUsedAt
        self.token = token
        self.url = url
    }
}

package struct TokenList: Codable, Equatable, Sendable {
    package var tokens: [TokenView]
    package init(tokens: [TokenView]) { self.tokens = tokens }
}

/// The body of `POST /v1/tokens`.
package struct TokenBody: Codable, Equatable, Sendable {
    package var name: String
    /// As on the command line: `30d`; absent: it does not expire.
    package var time: String?
    /// `read`, `work` or `admin`; absent: `work`.
    package var scope: String?

    package init(name: String, time: String? = nil, scope: String? = nil) {
        self.name = name
        self.time = time
        self.scope = scope
    }
}
