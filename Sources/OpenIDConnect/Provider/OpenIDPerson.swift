/// Whom the provider vouches for. Issuer and subject together are one person for ever; all else may change or be
/// another's tomorrow.
package struct OpenIDPerson: Hashable, Sendable {
    package let issuer: String
    package let subject: String
    /// What a new account is to be called; nil: the token doesn't say.
    package let name: String?
    /// Empty: the token doesn't say.
    package let displayName: String

    package init(issuer: String, subject: String, name: String?, displayName: String) {
        self.issuer = issuer
        self.subject = subject
        self.name = name
        self.displayName = displayName
    }
}
