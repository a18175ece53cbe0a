import Foundation

/// What a provider says of itself (OpenID Connect Discovery 1.0), as far as it matters here.
struct ProviderDocument: Sendable {
    let authorization: String
    let token: String
    let keys: String
    /// The secret goes into the form, since the provider takes it nowhere else.
    let wantsSecretInForm: Bool

    private struct Published: Decodable {
        var issuer: String?
        var authorization: String?
        var token: String?
        var keys: String?
        var ways: [String]?

        enum CodingKeys: String, CodingKey {
            case issuer
            case authorization = "authorization_endpoint"
            case token = "token_endpoint"
            case keys = "jwks_uri"
            case ways = "token_endpoint_auth_methods_supported"
        }
    }

    static func address(of issuer: String) -> String {
        (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration"
    }

    init(_ bytes: [UInt8], from url: String, issuer: String) throws(OpenIDFailure) {
        guard let found = try? JSONDecoder().decode(Published.self, from: Data(bytes)) else {
            throw .document(.unreadable(url: url))
        }
        guard found.issuer == issuer else { throw .document(.otherIssuer(String((found.issuer ?? "nothing").prefix(200)))) }
        func safe(_ url: String?, _ field: String) throws(OpenIDFailure) -> String {
            guard let url, OpenIDSettings.isSafe(url), !url.contains("#") else { throw .document(.address(field)) }
            // What a browser is sent to from an encrypted provider is encrypted too.
            guard !issuer.hasPrefix("https://") || url.hasPrefix("https://") else { throw .document(.address(field)) }
            return url
        }
        authorization = try safe(found.authorization, "authorization_endpoint")
        token = try safe(found.token, "token_endpoint")
        keys = try safe(found.keys, "jwks_uri")
        let ways = found.ways ?? ["client_secret_basic"]
        wantsSecretInForm = !ways.contains("client_secret_basic") && ways.contains("client_secret_post")
    }
}

/// The provider's keys.
struct KeySet: Sendable {
    private static let most = 100

    private struct Published: Decodable {
        struct Entry: Decodable {
            /// nil: an entry of another shape, which must not hide the others.
            let key: VerificationKey.Published?
            init(from decoder: any Decoder) throws { key = try? VerificationKey.Published(from: decoder) }
        }
        let keys: [Entry]
    }

    let keys: [VerificationKey]

    init(_ bytes: [UInt8], from url: String) throws(OpenIDFailure) {
        guard let found = try? JSONDecoder().decode(Published.self, from: Data(bytes)) else {
            throw .document(.unreadable(url: url))
        }
        keys = found.keys.prefix(Self.most).compactMap { $0.key.flatMap(VerificationKey.init) }
        guard !keys.isEmpty else { throw .document(.noKeys) }
    }

    func has(_ token: IDToken) -> Bool {
        keys.contains { $0.algorithm == token.algorithm && (token.keyID == nil || $0.id == token.keyID) }
    }
}
