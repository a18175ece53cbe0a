import Crypto
import Foundation

/// The text of an access token: `carrel_` and 32 random bytes in base64url. Shown once and never kept.
enum TokenText {
    static let prefix = "carrel_"
    private static let randomBytes = 32
    /// 32 bytes are 43 characters, without padding.
    private static let length = prefix.utf8.count + 43

    static func make(_ random: inout some RandomNumberGenerator) -> String {
        let bytes = (0..<randomBytes).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let text = Data(bytes).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
        return prefix + text
    }

    /// SHA-256; nil: the text can't be a token. Looks at no more bytes than a token has.
    ///
    /// Looking a digest up takes no longer for one that is nearly right: who can't invert SHA-256 learns nothing from
    /// the time that it takes.
    static func digest(of text: String) -> [UInt8]? {
        guard text.utf8.count == length, text.hasPrefix(prefix) else { return nil }
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
            default: false
            }
        }
        return isPlain ? Array(SHA256.hash(data: Data(text.utf8))) : nil
    }
}
