import Foundation

/// Why a password can't be taken.
package enum PasswordFault: Error, Hashable, Sendable {
    /// In characters.
    case tooShort(least: Int)
    /// In bytes.
    case tooLong(most: Int)
    case hasControls
    case isTheName
}

extension PasswordFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooShort(let least):
            "The password needs at least \(least) characters; several words do well. Nothing was changed."
        case .tooLong(let most): "The password has more than \(most) bytes. Nothing was changed."
        case .hasControls: "The password holds control characters, which a browser can't send. Nothing was changed."
        case .isTheName: "The password is the account's name. Nothing was changed."
        }
    }
}

enum PasswordRules {
    static let least = 10
    /// What libxcrypt takes, less its closing zero.
    static let mostBytes = 511

    /// One form for what looks the same: keyboards send some letters whole and some in parts.
    static func plain(_ password: String) -> String { password.precomposedStringWithCanonicalMapping }

    static func check(_ password: String, of name: String) throws(PasswordFault) {
        let password = plain(password)
        guard password.utf8.count <= mostBytes else { throw .tooLong(most: mostBytes) }
        guard password.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f }) else { throw .hasControls }
        guard password.count >= least else { throw .tooShort(least: least) }
        guard password.lowercased() != name.lowercased() else { throw .isTheName }
    }
}
