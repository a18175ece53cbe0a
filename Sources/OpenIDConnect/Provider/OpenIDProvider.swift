import FleetModel
import Crypto
import Foundation

/// Sends browsers to a provider and takes back whom it vouches for: the authorization code flow of OpenID Connect Core 1.0 with
/// PKCE, a nonce and a state.
package actor OpenIDProvider {
    package nonisolated let settings: OpenIDSettings
    package nonisolated let seal = AttemptSeal()
    private let transport: any ProviderTransport
    /// Seconds since 1970.
    private let now: @Sendable () -> Int64

    private var document: Kept<ProviderDocument>?
    private var keys: Kept<KeySet>?
    private var keysAskedAt: Int64?
    private var asking: Task<Result<KeySet, OpenIDFailure>, Never>?

    private struct Kept<Value: Sendable> {
        let value: Value
        let at: Int64
    }

    /// Seconds for which what the provider says of itself is believed without asking again.
    private static let documentFreshness: Int64 = 3_600
    /// Seconds after which keys are asked for again, so that a key that was taken back is not believed for long.
    private static let keyFreshness: Int64 = 3_600
    /// Seconds between two questions for keys: tokens with made-up keys must not become questions to the provider.
    static let keyPause: Int64 = 60

    package init(
        _ settings: OpenIDSettings, transport: any ProviderTransport = HTTPTransport(),
        now: @escaping @Sendable () -> Int64
    ) {
        self.settings = settings
        self.transport = transport
        self.now = now
    }

    /// Where the browser goes to sign in.
    /// - Parameter redirect: this server's address to which it comes back.
    package func address(for attempt: OpenIDAttempt, redirect: String) async throws(OpenIDFailure) -> String {
        let document = try await theDocument()
        let challenge = Base64URL.encoded(SHA256.hash(data: Data(attempt.verifier.utf8)))
        let fields = [
            ("response_type", "code"), ("client_id", settings.clientID), ("redirect_uri", redirect),
            ("scope", (["openid"] + settings.scopes).joined(separator: " ")), ("state", attempt.state),
            ("nonce", attempt.nonce), ("code_challenge", challenge), ("code_challenge_method", "S256"),
        ]
        return document.authorization + (document.authorization.contains("?") ? "&" : "?") + FormText.written(fields)
    }

    /// Whom a code stands for.
    package func person(
        code: String, of attempt: OpenIDAttempt, redirect: String
    ) async throws(OpenIDFailure) -> OpenIDPerson {
        let claims = try await claims(of: try await exchanged(code, attempt, redirect), nonce: attempt.nonce)
        guard case .text(let subject)? = claims["sub"] else { throw .token(.subject) }
        guard settings.allowed.isEmpty || settings.allowed.contains(where: { $0.holds(claims) }) else {
            throw .notAllowed(subject: subject)
        }
        func text(_ claim: String) -> String? {
            guard case .text(let text)? = claims[claim], !text.isEmpty else { return nil }
            return text
        }
        return OpenIDPerson(
            issuer: settings.issuer, subject: subject, name: text(settings.nameClaim), displayName: text("name") ?? "")
    }

    /// The token that the provider gives for a code.
    private func exchanged(
        _ code: String, _ attempt: OpenIDAttempt, _ redirect: String
    ) async throws(OpenIDFailure) -> String {
        let document = try await theDocument()
        var fields = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect),
            ("code_verifier", attempt.verifier),
        ]
        var authorization: String?
        if let secret = settings.clientSecret, !document.wantsSecretInForm {
            // RFC 6749, section 2.3.1: both are written as in a form first.
            let pair = settings.clientID.percentEscaped() + ":" + secret.percentEscaped()
            authorization = "Basic " + Data(pair.utf8).base64EncodedString()
        } else {
            fields.append(("client_id", settings.clientID))
            if let secret = settings.clientSecret { fields.append(("client_secret", secret)) }
        }
        let answer = try await transport.post(
            document.token, form: FormText.written(fields), authorization: authorization)
        struct Answer: Decodable {
            var token: String?
            var error: String?

            enum CodingKeys: String, CodingKey {
                case token = "id_token"
                case error
            }
        }
        let found = try? JSONDecoder().decode(Answer.self, from: Data(answer.body))
        guard answer.status == 200 else {
            guard let code = found?.error.map(FormText.plain) else { throw .status(url: document.token, answer.status) }
            throw .refused(code: code)
        }
        guard let token = found?.token else { throw .token(.missing) }
        return token
    }

    private func claims(of text: String, nonce: String) async throws(OpenIDFailure) -> [String: ClaimValue] {
        let token: IDToken
        do throws(TokenFault) { token = try IDToken(text) } catch { throw .token(error) }
        let keys = try await theKeys(for: token)
        let expected = IDToken.Expected(issuer: settings.issuer, clientID: settings.clientID, nonce: nonce, now: now())
        do throws(TokenFault) { return try token.claims(by: keys.keys, expected) } catch { throw .token(error) }
    }

    private func theDocument() async throws(OpenIDFailure) -> ProviderDocument {
        if let document, now() - document.at < Self.documentFreshness { return document.value }
        let url = ProviderDocument.address(of: settings.issuer)
        do throws(OpenIDFailure) {
            let value = try ProviderDocument(try await transport.get(url), from: url, issuer: settings.issuer)
            document = Kept(value: value, at: now())
            return value
        } catch {
            // A provider that does not answer just now may still take people in; one that says something else may not.
            if let document, case .unreachable = error { return document.value }
            throw error
        }
    }

    /// The keys that are known, asked for anew where none fits or they are old.
    private func theKeys(for token: IDToken) async throws(OpenIDFailure) -> KeySet {
        if let keys, keys.value.has(token), now() - keys.at < Self.keyFreshness { return keys.value }
        if let asked = keysAskedAt, now() - asked < Self.keyPause {
            // Somebody else is just asking, or has asked a moment ago.
            if let asking { return try await asking.value.get() }
            guard let keys, now() - keys.at < Self.keyFreshness else { throw .token(.unknownKey) }
            return keys.value
        }
        let url = try await theDocument().keys, transport = transport
        keysAskedAt = now()
        let task = Task<Result<KeySet, OpenIDFailure>, Never> {
            do throws(OpenIDFailure) { return .success(try KeySet(try await transport.get(url), from: url)) } catch {
                return .failure(error)
            }
        }
        asking = task
        defer { asking = nil }
        switch await task.value {
        case .success(let set):
            keys = Kept(value: set, at: now())
            return set
        case .failure(let error):
            // What could not be asked may be asked again at once; a provider that is away is asked by people only.
            if case .unreachable = error { keysAskedAt = nil }
            throw error
        }
    }
}
