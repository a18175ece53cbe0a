/// Somebody who may sign in.
package struct AccountView: Codable, Equatable, Sendable {
    package var name: String
    package var displayName: String
    /// `member`, `operator` or `administrator`.
    package var role: String
    package var disabled: Bool
    package var hasPassword: Bool
    /// The number of the Unix user that work runs as; absent: none.
    package var unixID: UInt32?
    package var team: String?
    package var createdAt: String
    package var lastSignInAt: String?
    /// Only in the answer that makes the account: a link that signs it in, once, and until when.
    package var link: String?
    package var linkExpiresAt: String?
    /// Only in the answer that sets the Unix user: what is unusual about it.
    package var warning: String?
    /// Only where one account is asked for: who they are at sign-in services outside.
    package var identities: [IdentityView]?

    package init(
        name: String, displayName: String, role: String, disabled: Bool, hasPassword: Bool, unixID: UInt32?, team: String?,
        createdAt: String, lastSignInAt: String?
    ) {
        self.name = name
        self.displayName = displayName
        self.role = role
        self.disabled = disabled
        self.hasPassword = hasPassword
        self.unixID = unixID
        self.team = team
        self.createdAt = createdAt
        self.lastSignInAt = lastSignInAt
    }
}

/// Who an account is at a sign-in service outside.
package struct IdentityView: Codable, Equatable, Sendable {
    /// The service's address.
    package var issuer: String
    /// What the service calls the person, and never another one.
    package var subject: String
    package var connectedAt: String

    package init(issuer: String, subject: String, connectedAt: String) {
        self.issuer = issuer
        self.subject = subject
        self.connectedAt = connectedAt
    }
}

package struct AccountList: Codable, Equatable, Sendable {
    package var accounts: [AccountView]
    package init(accounts: [AccountView]) { self.accounts = accounts }
}

/// The body of `POST /v1/accounts`.
package struct NewAccount: Codable, Equatable, Sendable {
    package var name: String
    package var displayName: String?
    /// Absent: `member`.
    package var role: String?
    /// The Unix user's name or number; absent: the one of the same name, where this machine has one.
    package var unixUser: String?
    package var team: String?

    package init(
        name: String, displayName: String? = nil, role: String? = nil, unixUser: String? = nil, team: String? = nil
    ) {
        self.name = name
        self.displayName = displayName
        self.role = role
        self.unixUser = unixUser
        self.team = team
    }
}

/// The body of `PATCH /v1/accounts/NAME`; what is absent stays as it is.
package struct AccountBody: Codable, Equatable, Sendable {
    package var displayName: String?
    package var role: String?
    /// The Unix user's name or number, or `none`.
    package var unixUser: String?
    package var disabled: Bool?
    /// No password signs in any more.
    package var noPassword: Bool?

    package init(
        displayName: String? = nil, role: String? = nil, unixUser: String? = nil, disabled: Bool? = nil,
        noPassword: Bool? = nil
    ) {
        self.displayName = displayName
        self.role = role
        self.unixUser = unixUser
        self.disabled = disabled
        self.noPassword = noPassword
    }
}

/// The body of `PUT /v1/accounts/NAME/password`.
package struct PasswordBody: Codable, Sendable {
    package var password: String
    /// The one until now, where the caller is signed in with a browser and has one.
    package var current: String?

    package init(password: String, current: String? = nil) {
        self.password = password
        self.current = current
    }
}
