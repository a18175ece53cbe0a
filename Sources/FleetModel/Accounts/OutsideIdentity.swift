/// Who an account is at a provider outside that vouches for people.
package struct OutsideIdentity: Hashable, Sendable {
    /// The provider's address; an account has one identity of each.
    package let issuer: String
    /// What the provider never gives to another one.
    package let subject: String
    package let connectedAt: Timestamp

    package init(issuer: String, subject: String, connectedAt: Timestamp) {
        self.issuer = issuer
        self.subject = subject
        self.connectedAt = connectedAt
    }
}
