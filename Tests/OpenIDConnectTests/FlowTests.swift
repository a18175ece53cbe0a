import Crypto
import Foundation
import Synchronization
import Testing

@testable import OpenIDConnect

@Suite("The way to a provider and back")
struct FlowTests {
    private let test: TestProvider
    private let attempt = TestProvider.attempt()

    init() throws { test = try TestProvider() }

    private func person(_ provider: OpenIDProvider) async throws -> OpenIDPerson {
        test.answer(with: try test.token(TestProvider.claims(attempt)))
        return try await provider.person(code: "c&d", of: attempt, redirect: TestProvider.redirect)
    }

    @Test("the browser goes with a state, a nonce and the digest of a secret; the code is exchanged with the secret itself")
    func proofKey() async throws {
        let provider = test.provider()
        let address = try await provider.address(for: attempt, redirect: TestProvider.redirect)
        let fields = try #require(URLComponents(string: address)?.queryItems).reduce(into: [:]) { $0[$1.name] = $1.value }
        #expect(address.hasPrefix("https://login.test/authorize?"))
        #expect(
            fields["response_type"] == "code" && fields["client_id"] == "carrel" && fields["scope"] == "openid profile email"
        )
        #expect(fields["redirect_uri"] == TestProvider.redirect && fields["state"] == attempt.state)
        #expect(fields["nonce"] == attempt.nonce && fields["code_challenge_method"] == "S256")
        let digest = Base64URL.encoded(SHA256.hash(data: Data(attempt.verifier.utf8)))
        #expect(fields["code_challenge"] == digest && !address.contains(attempt.verifier))
        _ = try await person(provider)
        let form = try #require(test.script.withLock(\.forms).first)
        #expect(form.contains("code=c%26d&") && form.contains("code_verifier=\(attempt.verifier)"))
        #expect(form.contains("redirect_uri=https%3A%2F%2Fgpu.test%2F") && !form.contains("client_secret"))
        let basic = Data("carrel:a%20b%3Ac".utf8).base64EncodedString()
        #expect(test.script.withLock(\.authorizations) == ["Basic \(basic)"])
    }

    @Test("a provider that wants the secret in the form gets it there; a client without one sends its name")
    func otherWays() async throws {
        test.script.withLock { $0.document["token_endpoint_auth_methods_supported"] = ["client_secret_post"] }
        _ = try await person(test.provider())
        _ = try await person(test.provider(secret: nil))
        let (forms, authorizations) = test.script.withLock { ($0.forms, $0.authorizations) }
        #expect(forms[0].contains("client_secret=a%20b%3Ac") && forms[1].contains("client_id=carrel"))
        #expect(!forms[1].contains("client_secret") && authorizations == [nil, nil])
    }

    @Test(
        "what a provider says of itself is not believed where codes would go elsewhere",
        arguments: [
            ("issuer", "https://evil.test"), ("authorization_endpoint", "http://login.test/a"),
            ("token_endpoint", "http://login.test"),
            ("jwks_uri", "file:///etc/passwd"), ("token_endpoint", ""), ("jwks_uri", "http://127.0.0.1.evil.test/"),
            ("authorization_endpoint", "javascript:alert(1)"), ("authorization_endpoint", "https://a b"),
            ("token_endpoint", "http://127.0.0.1:1/"),
        ])
    func documents(_ field: String, _ value: String) async throws {
        test.script.withLock { $0.document[field] = value }
        let fault = field == "issuer" ? DocumentFault.otherIssuer(value) : .address(field)
        await #expect(throws: OpenIDFailure.document(fault)) {
            try await test.provider().address(for: attempt, redirect: TestProvider.redirect)
        }
    }

    @Test("addresses are taken where what is sent there is not read on the way")
    func safety() {
        for good in ["https://a", "http://localhost:5556/dex", "http://127.0.0.1:1", "http://[::1]:8/x"] {
            #expect(OpenIDSettings.isSafe(good), "\(good)")
        }
        for bad in [
            "", "https://", "http://a", "http://localhost.evil", "http://127.0.0.1.evil", "http://user@localhost",
            "http://127.1.evil",
            "http://localhost@evil", "http://[::1].evil", "ftp://a", "https://a\u{0}", "http://127.0.0.999",
        ] { #expect(!OpenIDSettings.isSafe(bad), "\(bad)") }
    }

    @Test("keys are asked for when one is unknown, and at most once a minute, whatever tokens name")
    func keys() async throws {
        let provider = test.provider()
        func questions() -> Int { test.script.withLock { $0.asked.count { $0.hasSuffix("/keys") } } }
        _ = try await person(provider)
        _ = try await person(provider)
        #expect(questions() == 1)
        for number in 0..<20 {
            test.answer(
                with: try test.token(TestProvider.claims(attempt), header: ["alg": "RS256", "kid": "made-up-\(number)"]))
            await #expect(throws: OpenIDFailure.token(.unknownKey)) {
                try await provider.person(code: "c", of: attempt, redirect: TestProvider.redirect)
            }
        }
        #expect(questions() == 1)
        // A new key, which the provider published meanwhile.
        test.script.withLock { script in
            script.now += 61
            script.keys[0]["kid"] = "r2"
        }
        test.answer(with: try test.token(TestProvider.claims(attempt), header: ["alg": "RS256", "kid": "r2"]))
        _ = try await provider.person(code: "c", of: attempt, redirect: TestProvider.redirect)
        #expect(questions() == 2)
        // The one before is not believed any more.
        test.script.withLock { $0.now += 61 }
        await #expect(throws: OpenIDFailure.token(.unknownKey)) { try await person(provider) }
    }

    @Test("many who sign in at once are one question for keys")
    func together() async throws {
        let provider = test.provider()
        test.answer(with: try test.token(TestProvider.claims(attempt)))
        let attempt = attempt
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask { _ = try await provider.person(code: "c", of: attempt, redirect: TestProvider.redirect) }
            }
            try await group.waitForAll()
        }
        #expect(test.script.withLock { $0.asked.count { $0.hasSuffix("/keys") } } == 1)
    }

    @Test("keys that are weak, of another use or of no use are none")
    func weakKeys() async throws {
        let short = Base64URL.encoded([UInt8](repeating: 0xff, count: 128))
        for keys: [[String: String]] in [
            [], [["kty": "oct", "k": "AA", "kid": "r"]], [["kty": "RSA", "kid": "r", "n": short, "e": "AQAB"]],
            [["kty": "RSA", "kid": "r", "n": Base64URL.encoded([UInt8](repeating: 0xff, count: 4_096)), "e": "AQAB"]],
            [["kty": "EC", "kid": "r", "crv": "P-256", "x": short, "y": short]],
            [test.script.withLock { $0.keys[0] }.merging(["use": "enc"]) { $1 }],
            [test.script.withLock { $0.keys[0] }.merging(["alg": "HS256"]) { $1 }],
        ] {
            let provider = test.provider()
            test.script.withLock { $0.keys = keys }
            await #expect(throws: OpenIDFailure.document(.noKeys)) { try await person(provider) }
        }
    }

    @Test("a provider's no, its silence and its nonsense are told apart")
    func refusals() async throws {
        let provider = test.provider()
        func failure() async -> OpenIDFailure? {
            do throws(OpenIDFailure) {
                _ = try await provider.person(code: "c", of: attempt, redirect: TestProvider.redirect)
                return nil
            } catch { return error }
        }
        test.script.withLock { ($0.tokenStatus, $0.token) = (400, ["error": "invalid_grant\u{1B}[2J"]) }
        #expect(await failure() == .refused(code: "invalid_grant[2J"))
        test.script.withLock { ($0.tokenStatus, $0.token) = (403, [:]) }
        #expect(await failure() == .status(url: "https://login.test/token", 403))
        test.script.withLock { ($0.tokenStatus, $0.token) = (200, ["access_token": "x"]) }
        #expect(await failure() == .token(.missing))
        let other = try TestProvider()
        other.script.withLock { $0.isAway = true }
        await #expect(throws: OpenIDFailure.self) {
            try await other.provider().address(for: attempt, redirect: TestProvider.redirect)
        }
    }

    @Test("an attempt comes back to the browser that has it, in its place, with its state, within ten minutes")
    func seal() throws {
        let seal = AttemptSeal(), attempt = TestProvider.attempt(next: "/gpus", session: 4), now = TestProvider.now
        let text = try #require(seal.sealed(attempt, in: "uid 1000"))
        #expect(!text.contains(attempt.state))
        func opened(_ text: String, state: String? = nil, in place: String = "uid 1000", after seconds: Int64 = 0)
            -> OpenIDAttempt?
        {
            seal.opened(text, state: state ?? attempt.state, in: place, now: now + seconds)
        }
        #expect(opened(text, after: 599) == attempt)
        #expect(opened(text, after: 600) == nil && opened(text, in: "uid 1001") == nil && opened(text, state: "x") == nil)
        #expect(AttemptSeal().opened(text, state: attempt.state, in: "uid 1000", now: now) == nil)
        #expect(opened("") == nil && opened("AAAA") == nil && opened(String(text.dropLast()) + "A") == nil)
        let letters = Set([attempt.state, attempt.nonce, attempt.verifier])
        #expect(letters.count == 3 && letters.allSatisfy { $0.utf8.count == 43 })
    }
}
