import Foundation

/// One sign-in between its begin and the browser's return. It travels in the browser, sealed.
package struct OpenIDAttempt: Codable, Hashable, Sendable {
    /// Comes back with the browser, and shows that it is the one that was sent.
    package let state: String
    /// Comes back in the token, and shows that it was made for this sign-in.
    package let nonce: String
    /// Shows the provider that whoever has its code is who began (RFC 7636).
    package let verifier: String
    /// Seconds since 1970.
    package let endsAt: Int64
    /// A path of this server; nil: the front page.
    package let next: String?
    /// The browser's session whose account is to be connected; nil: somebody signs in.
    package let session: Int64?

    /// Seconds; whoever types a password and a code needs some.
    package static let validity: Int64 = 600

    package init(
        next: String?, session: Int64?, now: Int64, random: inout some RandomNumberGenerator
    ) {
        func secret() -> String { Base64URL.encoded((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }) }
        state = secret()
        nonce = secret()
        verifier = secret()
        endsAt = now + Self.validity
        self.next = next
        self.session = session
    }
}
