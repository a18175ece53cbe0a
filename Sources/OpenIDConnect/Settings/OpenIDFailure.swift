/// Why nobody is signed in by the provider.
package enum OpenIDFailure: Error, Hashable, Sendable {
    /// It does not answer, or not in time.
    case unreachable(url: String, detail: String)
    /// It answers with this status, which is not what was asked for; a way to somewhere else is not followed.
    case status(url: String, Int)
    /// The answer has more bytes than it may.
    case tooLong(url: String, most: Int)
    /// What it says of itself can't be used.
    case document(DocumentFault)
    /// It refuses, with a code of its own: `access_denied`.
    case refused(code: String)
    case token(TokenFault)
    /// The provider knows them, and no rule lets them in.
    case notAllowed(subject: String)
    /// The browser did not begin here, took longer than ten minutes, or began again elsewhere.
    case notBegun
}

package enum DocumentFault: Hashable, Sendable {
    case unreadable(url: String)
    /// It says that it is another one than it was asked as.
    case otherIssuer(String)
    /// An address that is not `https://`, or missing: the name of its field.
    case address(String)
    case noKeys
}

/// What is wrong with a token that says who somebody is.
package enum TokenFault: Error, Hashable, Sendable {
    case missing
    case malformed
    /// Not one of those that are taken: RS256 and ES256.
    case algorithm(String)
    /// No key of the provider's fits.
    case unknownKey
    case signature
    case issuer
    case audience
    case expired(secondsAgo: Int64)
    case notYetValid
    case nonce
    case subject
    /// There is no claim from which the new account could get its name.
    case noName(claim: String)
}

extension OpenIDFailure: CustomStringConvertible {
    /// For the log: what happened.
    package var description: String {
        switch self {
        case .unreachable(let url, let detail): "\(url) does not answer: \(detail)"
        case .status(let url, let status): "\(url) answered \(status)"
        case .tooLong(let url, let most): "the answer of \(url) is longer than \(most) bytes"
        case .document(let fault):
            switch fault {
            case .unreadable(let url): "what \(url) says can't be read"
            case .otherIssuer(let other): "the provider calls itself \(other), which is not what --oidc-issuer says"
            case .address(let field): "the provider's \(field) is missing or no https:// address"
            case .noKeys: "the provider has no key that can be used (RSA of 2048 bits or more, or P-256)"
            }
        case .refused(let code): "the provider refused: \(code)"
        case .token(let fault): "the provider's token is not taken: \(fault.words)"
        case .notAllowed(let subject): "\(subject) is known to the provider, and --oidc-allow lets them in by nothing"
        case .notBegun: "the sign-in was not begun in this browser, or is older than ten minutes"
        }
    }
}

extension TokenFault {
    var words: String {
        switch self {
        case .missing: "there is none"
        case .malformed: "it is no signed token"
        case .algorithm(let name): "its algorithm “\(name)” is not RS256 or ES256"
        case .unknownKey: "its key is none of the provider's"
        case .signature: "its signature is wrong"
        case .issuer: "it is another issuer's"
        case .audience: "it is for another client"
        case .expired(let seconds): "it expired \(seconds) s ago; compare the two machines' clocks"
        case .notYetValid: "it begins in the future; compare the two machines' clocks"
        case .nonce: "it was not made for this sign-in"
        case .subject: "it names nobody"
        case .noName(let claim): "it has no text in “\(claim)” to name the account; see --oidc-name-claim"
        }
    }
}
