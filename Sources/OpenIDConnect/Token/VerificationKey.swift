import Crypto
import CryptoExtras
import Foundation

/// A public key of the provider's, and the one algorithm that it is used with.
struct VerificationKey: Sendable {
    enum Algorithm: String, Sendable {
        /// RSASSA-PKCS1-v1_5 with SHA-256.
        case rs256 = "RS256"
        /// ECDSA on P-256 with SHA-256.
        case es256 = "ES256"
    }

    private enum Material: Sendable {
        case rsa(_RSA.Signing.PublicKey)
        case p256(P256.Signing.PublicKey)
    }

    let id: String?
    private let material: Material

    var algorithm: Algorithm {
        switch material {
        case .rsa: .rs256
        case .p256: .es256
        }
    }

    /// A key as providers publish it (RFC 7517, 7518).
    struct Published: Decodable {
        var kty: String?
        var use: String?
        var alg: String?
        var kid: String?
        var crv: String?
        var n: String?
        var e: String?
        var x: String?
        var y: String?
    }

    /// Bytes of the modulus: 2048 to 8192 bits. Larger ones only cost time.
    private static let modulus = 256...1_024

    /// nil: of another kind, for another use, too short or too long.
    init?(_ published: Published) {
        guard published.use == nil || published.use == "sig" else { return nil }
        id = published.kid
        switch (published.kty, published.alg ?? Self.usual(published.kty)) {
        case ("RSA", "RS256"):
            guard let n = published.n.flatMap(Base64URL.decoded)?.drop(while: { $0 == 0 }), Self.modulus.contains(n.count),
                n.count > 256 || n.first ?? 0 >= 0x80,
                let e = published.e.flatMap(Base64URL.decoded)?.drop(while: { $0 == 0 }), (1...4).contains(e.count),
                let key = try? _RSA.Signing.PublicKey(n: Data(n), e: Data(e))
            else { return nil }
            material = .rsa(key)
        case ("EC", "ES256"):
            guard published.crv == "P-256", let x = published.x.flatMap(Base64URL.decoded), x.count == 32,
                let y = published.y.flatMap(Base64URL.decoded), y.count == 32,
                let key = try? P256.Signing.PublicKey(rawRepresentation: x + y)
            else { return nil }
            material = .p256(key)
        default: return nil
        }
    }

    private static func usual(_ kind: String?) -> String? {
        switch kind {
        case "RSA": "RS256"
        case "EC": "ES256"
        default: nil
        }
    }

    func isSignature(_ signature: [UInt8], of text: Substring) -> Bool {
        let digest = SHA256.hash(data: Data(text.utf8))
        switch material {
        case .rsa(let key):
            return key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: Data(signature)), for: digest, padding: .insecurePKCS1v1_5)
        case .p256(let key):
            guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: digest)
        }
    }
}
