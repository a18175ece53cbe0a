import Crypto
import CryptoExtras
import Foundation
import Synchronization

@testable import OpenIDConnect

/// A provider in memory, which says what a test wants it to say.
final class TestProvider: ProviderTransport {
    static let issuer = "https://login.test", client = "carrel"
    static let redirect = "https://gpu.test/sign-in/openid/callback"
    static let now: Int64 = 1_900_000_000

    struct Script: Sendable {
        var document: [String: any Sendable] = [
            "issuer": TestProvider.issuer, "authorization_endpoint": "https://login.test/authorize",
            "token_endpoint": "https://login.test/token", "jwks_uri": "https://login.test/keys",
        ]
        var keys: [[String: String]] = []
        var tokenStatus = 200
        var token: [String: any Sendable] = [:]
        var isAway = false
        /// What was asked, in its order.
        var asked: [String] = []
        var forms: [String] = []
        var authorizations: [String?] = []
        var now = TestProvider.now
    }

    let script: Mutex<Script>
    /// Making one takes long.
    private static let madeOnce = Result { try _RSA.Signing.PrivateKey(keySize: .bits2048) }
    private static let another = Result { try _RSA.Signing.PrivateKey(keySize: .bits2048) }
    let rsa: _RSA.Signing.PrivateKey
    let elliptic = P256.Signing.PrivateKey()

    init() throws {
        rsa = try Self.madeOnce.get()
        script = Mutex(Script())
        let numbers = try rsa.publicKey.getKeyPrimitives()
        let point = elliptic.publicKey.rawRepresentation
        let keys = [
            [
                "kty": "RSA", "kid": "r", "use": "sig", "alg": "RS256", "n": Base64URL.encoded(numbers.modulus),
                "e": Base64URL.encoded(numbers.publicExponent),
            ],
            [
                "kty": "EC", "kid": "e", "crv": "P-256", "x": Base64URL.encoded(point.prefix(32)),
                "y": Base64URL.encoded(point.suffix(32)),
            ],
        ]
        script.withLock { $0.keys = keys }
    }

    func provider(allowed: [ClaimRule] = [], secret: String? = "a b:c") -> OpenIDProvider {
        OpenIDProvider(
            OpenIDSettings(
                issuer: Self.issuer, clientID: Self.client, clientSecret: secret, allowed: allowed, title: "Test"),
            transport: self, now: { [self] in script.withLock { $0.now } })
    }

    static func attempt(next: String? = nil, session: Int64? = nil) -> OpenIDAttempt {
        var random = SystemRandomNumberGenerator()
        return OpenIDAttempt(next: next, session: session, now: now, random: &random)
    }

    static func claims(_ attempt: OpenIDAttempt) -> [String: any Sendable] {
        [
            "iss": issuer, "aud": client, "sub": "248289761001", "exp": now + 300, "iat": now, "nonce": attempt.nonce,
            "preferred_username": "alice", "name": "Alice Ng", "groups": ["gpu", "staff"],
        ]
    }

    enum Signature { case rs256, es256, none, hs256(key: [UInt8]), otherRSA }

    func token(
        _ claims: [String: any Sendable], header: [String: any Sendable]? = nil, by signature: Signature = .rs256
    ) throws -> String {
        let usual: [String: any Sendable] =
            switch signature {
            case .rs256, .otherRSA: ["alg": "RS256", "kid": "r"]
            case .es256: ["alg": "ES256", "kid": "e"]
            case .none: ["alg": "none"]
            case .hs256: ["alg": "HS256", "kid": "r"]
            }
        func part(_ object: [String: any Sendable]) throws -> String {
            Base64URL.encoded(try JSONSerialization.data(withJSONObject: object))
        }
        let text = try part(header ?? usual) + "." + part(claims)
        let digest = SHA256.hash(data: Data(text.utf8))
        let bytes: Data
        switch signature {
        case .rs256: bytes = try rsa.signature(for: digest, padding: .insecurePKCS1v1_5).rawRepresentation
        case .otherRSA:
            bytes = try Self.another.get()
                .signature(for: digest, padding: .insecurePKCS1v1_5).rawRepresentation
        case .es256: bytes = try elliptic.signature(for: digest).rawRepresentation
        case .none: bytes = Data()
        case .hs256(let key):
            bytes = Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: key)))
        }
        return text + "." + Base64URL.encoded(bytes)
    }

    func answer(with token: String) { script.withLock { $0.token = ["id_token": token, "token_type": "Bearer"] } }

    func get(_ url: String) async throws(OpenIDFailure) -> [UInt8] {
        let (object, isAway): ([String: any Sendable], Bool) = script.withLock { script in
            script.asked.append(url)
            return (url.hasSuffix("/keys") ? ["keys": script.keys] : script.document, script.isAway)
        }
        guard !isAway else { throw .unreachable(url: url, detail: "away") }
        return [UInt8]((try? JSONSerialization.data(withJSONObject: object)) ?? Data())
    }

    func post(_ url: String, form: String, authorization: String?) async throws(OpenIDFailure) -> ProviderAnswer {
        script.withLock { script in
            script.asked.append(url)
            script.forms.append(form)
            script.authorizations.append(authorization)
            let body = (try? JSONSerialization.data(withJSONObject: script.token)) ?? Data()
            return ProviderAnswer(status: script.tokenStatus, body: [UInt8](body))
        }
    }
}
