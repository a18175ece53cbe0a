import Crypto
import Foundation

/// A text that opens something for whoever has it: a word that says what it is, and 32 random bytes in base64url. It is
/// shown once and never kept.
package enum SecretText: String, Sendable {
    case token = "carrel_"
    case ticket = "ticket_"
    case session = "session_"
    case entrance = "entrance_"
    case entranceTicket = "enter_"

    private static let randomBytes = 32
    /// 32 bytes are 43 characters, without padding.
    private var length: Int { rawValue.utf8.count + 43 }

    func make(_ random: inout some RandomNumberGenerator) -> String {
        let bytes = (0..<Self.randomBytes).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let text = Data(bytes).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
        return rawValue + text
    }

    /// SHA-256; nil: the text can't be one of these. Looks at no more bytes than one has.
    ///
    /// Looking a digest up takes no longer for one that is nearly right: who can't invert SHA-256 learns nothing from
    /// the time that it takes.
    ///
    /// - Parameter place: where alone it counts; empty: everywhere.
    func digest(of text: String, in place: String = "") -> [UInt8]? {
        guard text.utf8.count == length, text.hasPrefix(rawValue) else { return nil }
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
            default: false
            }
        }
        return isPlain ? Array(SHA256.hash(data: Data((place.isEmpty ? text : text + "\0" + place).utf8))) : nil
    }
}
