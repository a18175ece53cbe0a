package import FleetModel

/// Why a token opens nothing. Logs get the description; clients get `clientText`. That a token has expired is told to
/// whoever has all of it; what else is the matter with one is not, so that nobody learns which tokens exist or existed.
package enum TokenRefusal: Error, Hashable, Sendable {
    /// The text can't be a token.
    case malformed
    case unknown
    case expired(id: Int64, at: Timestamp)
    case revoked(id: Int64, at: Timestamp)
    /// It could not be looked up; this says nothing about the token.
    case storage(detail: String)

    package var clientText: String {
        switch self {
        case .malformed, .unknown, .revoked:
            "This token opens nothing here: it was revoked, is of another server, or has a slip in it. Nothing was done."
        case .expired: "This token has expired. Nothing was done."
        case .storage: "Access tokens can't be checked at the moment. Try again shortly."
        }
    }
}

extension TokenRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed: "the text is no access token"
        case .unknown: "there is no such access token"
        case .expired(let id, let at): "access token \(id) expired at \(at.milliseconds) ms since 1970"
        case .revoked(let id, let at): "access token \(id) was revoked at \(at.milliseconds) ms since 1970"
        case .storage(let detail): "access tokens can't be looked up: \(detail)"
        }
    }
}

/// Why a token can't be made, listed or revoked.
package enum TokenError: Error, Hashable, Sendable {
    /// Empty, longer than `longest` bytes, or with control characters.
    case invalidName(String, longest: Int)
    case expiryNotInFuture(Timestamp)
    /// The user has a token of this name that is valid.
    case nameTaken(String)
    /// There is no such token, or it is another user's.
    case unknown(id: Int64)
    case storage(detail: String)
}

extension TokenError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalidName(let name, let longest):
            "\"\(name.filter { !$0.isNewline }.prefix(80))\" can't name a token: use 1 to \(longest) bytes without control characters. "
                + "No token was made."
        case .expiryNotInFuture: "The token would have expired already. No token was made. Choose a later time."
        case .nameTaken(let name):
            "You have a token \"\(name)\" already. No token was made. Choose another name, or end that one first: "
                + "carrel token revoke \"\(name)\""
        case .unknown(let id): "You have no token \(id). Nothing was revoked. See: carrel token list"
        case .storage(let detail): "The tokens could not be read or written: \(detail) Try again."
        }
    }
}
