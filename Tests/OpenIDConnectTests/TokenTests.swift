import Crypto
import CryptoExtras
import Foundation
import Testing

@testable import OpenIDConnect

@Suite("What an OpenID Connect provider's token must be")
struct TokenTests {
    private let provider: TestProvider
    private let attempt = TestProvider.attempt()

    init() throws { provider = try TestProvider() }

    private func person(
        _ change: [String: any Sendable], without: [String] = [], header: [String: any Sendable]? = nil,
        by signature: TestProvider.Signature = .rs256, allowed: [ClaimRule] = []
    ) async throws -> OpenIDPerson {
        var claims = TestProvider.claims(attempt).merging(change) { $1 }
        for name in without { claims[name] = nil }
        provider.answer(with: try provider.token(claims, header: header, by: signature))
        return try await provider.provider(allowed: allowed)
            .person(code: "c", of: attempt, redirect: TestProvider.redirect)
    }

    @Test("signed with RSA or on P-256, for this client and this sign-in, it says who somebody is")
    func good() async throws {
        let alice = OpenIDPerson(
            issuer: TestProvider.issuer, subject: "248289761001", name: "alice", displayName: "Alice Ng")
        #expect(try await person([:]) == alice)
        #expect(try await person([:], by: .es256) == alice)
        #expect(try await person(["aud": ["carrel"]]) == alice)
        #expect(try await person(["aud": ["carrel", "other"], "azp": "carrel"]) == alice)
        #expect(try await person(["exp": TestProvider.now - 59]) == alice)
        #expect(try await person(["exp": Double(TestProvider.now) + 0.5]) == alice)
        #expect(try await person([:], without: ["name", "preferred_username"]).name == nil)
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var change: [String: any Sendable] = [:]
        var without: [String] = []
        let fault: TokenFault
    }

    static let bad: [Bad] = [
        Bad(testDescription: "another issuer", change: ["iss": "https://evil.test"], fault: .issuer),
        Bad(
            testDescription: "an issuer that differs by a slash", change: ["iss": TestProvider.issuer + "/"], fault: .issuer),
        Bad(testDescription: "no issuer", without: ["iss"], fault: .issuer),
        Bad(testDescription: "another audience", change: ["aud": "other"], fault: .audience),
        Bad(testDescription: "another audience in a list", change: ["aud": ["other"]], fault: .audience),
        Bad(testDescription: "several audiences, made for nobody", change: ["aud": ["carrel", "other"]], fault: .audience),
        Bad(
            testDescription: "several audiences, made for another",
            change: ["aud": ["carrel", "other"], "azp": "other"], fault: .audience),
        Bad(testDescription: "one audience, made for another", change: ["azp": "other"], fault: .audience),
        Bad(testDescription: "no audience", without: ["aud"], fault: .audience),
        Bad(testDescription: "expired", change: ["exp": TestProvider.now - 60], fault: .expired(secondsAgo: 60)),
        Bad(testDescription: "no expiry", without: ["exp"], fault: .malformed),
        Bad(testDescription: "an expiry that is no number", change: ["exp": "never"], fault: .malformed),
        Bad(testDescription: "an expiry beyond all time", change: ["exp": 1e300], fault: .malformed),
        Bad(testDescription: "no time of its making", without: ["iat"], fault: .malformed),
        Bad(testDescription: "made in the future", change: ["iat": TestProvider.now + 61], fault: .notYetValid),
        Bad(testDescription: "valid in the future", change: ["nbf": TestProvider.now + 61], fault: .notYetValid),
        Bad(testDescription: "another nonce", change: ["nonce": "x"], fault: .nonce),
        Bad(testDescription: "no nonce", without: ["nonce"], fault: .nonce),
        Bad(testDescription: "nobody", without: ["sub"], fault: .subject),
        Bad(testDescription: "an empty name for somebody", change: ["sub": ""], fault: .subject),
        Bad(testDescription: "a number for somebody", change: ["sub": 7], fault: .subject),
        Bad(
            testDescription: "a very long name for somebody", change: ["sub": String(repeating: "s", count: 256)],
            fault: .subject),
    ]

    @Test("it is not taken with", arguments: bad)
    func refused(_ bad: Bad) async throws {
        await #expect(throws: OpenIDFailure.token(bad.fault)) { try await person(bad.change, without: bad.without) }
    }

    @Test("without a signature, or with one that anybody can make, it is not taken")
    func signatures() async throws {
        func fault(_ fault: TokenFault, header: [String: any Sendable]? = nil, by signature: TestProvider.Signature)
            async throws
        {
            await #expect(throws: OpenIDFailure.token(fault)) { try await person([:], header: header, by: signature) }
        }
        try await fault(.algorithm("none"), by: .none)
        try await fault(.algorithm("None"), header: ["alg": "None"], by: .none)
        // The old trick: the public key as a secret.
        let publicKey = [UInt8](provider.rsa.publicKey.derRepresentation)
        try await fault(.algorithm("HS256"), by: .hs256(key: publicKey))
        try await fault(.signature, header: ["alg": "RS256", "kid": "r"], by: .hs256(key: publicKey))
        try await fault(.signature, header: ["alg": "RS256", "kid": "r"], by: .none)
        try await fault(.signature, by: .otherRSA)
        // A key of another kind, an unknown one, and none that is clear.
        try await fault(.unknownKey, header: ["alg": "ES256", "kid": "r"], by: .rs256)
        try await fault(.unknownKey, header: ["alg": "RS256", "kid": "x"], by: .rs256)
        try await fault(.malformed, header: ["alg": "RS256", "kid": "r", "crit": ["exp"]], by: .rs256)
        try await fault(.malformed, header: ["kid": "r"], by: .rs256)
    }

    @Test(
        "text that is no token is not taken",
        arguments: ["", "a", "a.b", "..", "a.b.c", "a.b.c.d", "e30.e30.", "\u{0}.\u{0}.\u{0}"])
    func garbage(_ text: String) async throws {
        provider.answer(with: text)
        await #expect(throws: OpenIDFailure.token(.malformed)) {
            try await provider.provider().person(code: "c", of: attempt, redirect: TestProvider.redirect)
        }
    }

    @Test("a token whose claims were changed after it was signed is not taken")
    func changed() async throws {
        let good = try provider.token(TestProvider.claims(attempt)).split(separator: ".")
        let other = try provider.token(TestProvider.claims(attempt).merging(["sub": "root"]) { $1 }).split(separator: ".")
        provider.answer(with: "\(good[0]).\(other[1]).\(good[2])")
        await #expect(throws: OpenIDFailure.token(.signature)) {
            try await provider.provider().person(code: "c", of: attempt, redirect: TestProvider.redirect)
        }
    }

    @Test("only who has a claim that is asked for comes in")
    func rules() async throws {
        func may(_ rule: String) async throws -> Bool {
            do {
                _ = try await person(
                    ["tier": "gold", "ok": true, "n": 1], allowed: [try #require(ClaimRule(parsing: rule))])
                return true
            } catch OpenIDFailure.notAllowed { return false }
        }
        for rule in ["groups=gpu", "tier=gold", "ok=true"] { #expect(try await may(rule), "\(rule)") }
        for rule in ["groups=gp", "groups=gpu,staff", "tier=gol", "n=1", "x=y"] { #expect(try await !may(rule), "\(rule)") }
        #expect(ClaimRule(parsing: "groups") == nil && ClaimRule(parsing: "=x") == nil && ClaimRule(parsing: "x=") == nil)
    }
}
