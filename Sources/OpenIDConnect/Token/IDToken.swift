import Foundation

/// A token that says who somebody is, checked as OpenID Connect Core 1.0 demands in section 3.1.3.7, and no other way.
struct IDToken: Sendable {
    /// What it must say to be for this client and this sign-in.
    struct Expected: Sendable {
        let issuer: String
        let clientID: String
        let nonce: String
        /// Seconds since 1970.
        let now: Int64
    }

    private struct Header: Decodable {
        let alg: String
        let kid: String?
        /// Extensions that must be understood; none is.
        let crit: [String]?
    }

    /// How far two clocks may be apart, in seconds.
    static let leeway: Int64 = 60
    private static let longest = 64 << 10
    private static let longestSubject = 255

    private let text: String
    private let header: Header

    let keyID: String?
    let algorithm: VerificationKey.Algorithm

    /// Reads the head: nothing of it is believed but which key to try.
    init(_ text: String) throws(TokenFault) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.longest, parts.count == 3, let bytes = Base64URL.decoded(parts[0]),
            let header = try? JSONDecoder().decode(Header.self, from: Data(bytes)), header.crit == nil
        else { throw .malformed }
        guard let algorithm = VerificationKey.Algorithm(rawValue: header.alg) else {
            throw .algorithm(String(header.alg.prefix(20)))
        }
        self.text = text
        self.header = header
        self.algorithm = algorithm
        keyID = header.kid
    }

    /// The claims, once key, signature and everything else hold.
    func claims(by keys: [VerificationKey], _ expected: Expected) throws(TokenFault) -> [String: ClaimValue] {
        let fitting = keys.filter { $0.algorithm == algorithm && (keyID == nil || $0.id == keyID) }
        // Without a name it must be clear which key is meant.
        guard let key = fitting.first, keyID != nil || fitting.count == 1 else { throw .unknownKey }
        guard let dot = text.lastIndex(of: "."), let signature = Base64URL.decoded(text[text.index(after: dot)...]),
            key.isSignature(signature, of: text[..<dot])
        else { throw .signature }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let bytes = Base64URL.decoded(parts[1]),
            let claims = try? JSONDecoder().decode([String: ClaimValue].self, from: Data(bytes))
        else { throw .malformed }
        try Self.check(claims, expected)
        return claims
    }

    private static func check(_ claims: [String: ClaimValue], _ expected: Expected) throws(TokenFault) {
        guard claims["iss"] == .text(expected.issuer) else { throw .issuer }
        switch claims["aud"] {
        case .text(expected.clientID): break
        case .list(let all) where all.contains(expected.clientID):
            guard all.count == 1 || claims["azp"] == .text(expected.clientID) else { throw .audience }
        default: throw .audience
        }
        if let party = claims["azp"], party != .text(expected.clientID) { throw .audience }
        guard let expiry = seconds(claims["exp"]) else { throw .malformed }
        guard expected.now < expiry + leeway else { throw .expired(secondsAgo: expected.now - expiry) }
        guard let issued = seconds(claims["iat"]) else { throw .malformed }
        let begins = max(issued, claims["nbf"].flatMap(seconds) ?? issued)
        guard begins <= expected.now + leeway else { throw .notYetValid }
        guard case .text(let nonce)? = claims["nonce"], isEqual(nonce, expected.nonce) else { throw .nonce }
        guard case .text(let subject)? = claims["sub"], !subject.isEmpty, subject.utf8.count <= longestSubject else {
            throw .subject
        }
    }

    /// Whole seconds of a time in this millennium; nil: it is none.
    private static func seconds(_ claim: ClaimValue?) -> Int64? {
        guard case .number(let number)? = claim, number > 0, number < 32_503_680_000 else { return nil }
        return Int64(number)
    }

    /// Looks at every byte, wherever they differ.
    private static func isEqual(_ left: String, _ right: String) -> Bool {
        let left = Array(left.utf8), right = Array(right.utf8)
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
