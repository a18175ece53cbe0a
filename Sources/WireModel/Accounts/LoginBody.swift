/// The body of `POST /v1/sign-in`: a ticket, or a name and a password.
package struct LoginBody: Codable, Sendable {
    /// Of a sign-in link.
    package var ticket: String?
    package var name: String?
    package var password: String?
    /// What the token is called in lists.
    package var tokenName: String
    /// How long it is valid; absent: `90d`.
    package var time: String?
    /// `read`, `work` or `admin`; absent: `work`.
    package var scope: String?

    package init(
        ticket: String? = nil, name: String? = nil, password: String? = nil, tokenName: String, time: String? = nil,
        scope: String? = nil
    ) {
        self.ticket = ticket
        self.name = name
        self.password = password
        self.tokenName = tokenName
        self.time = time
        self.scope = scope
    }
}
