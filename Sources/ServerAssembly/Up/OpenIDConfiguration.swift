import Foundation
import OpenIDConnect

/// `--oidc-…`: the provider that vouches for people. Nothing secret: the secret is in a file.
struct OpenIDConfiguration: Codable, Sendable {
    let issuer: String
    let clientID: String
    let secretFile: String?
    let nameClaim: String
    let scopes: [String]
    let allowed: [ClaimRule]
    let title: String
    let namesAreUnixUsers: Bool

    struct NoSecret: Error {
        let words: String
    }

    /// Reads the secret, as the server's own user.
    func settings() throws(NoSecret) -> OpenIDSettings {
        var secret: String?
        if let secretFile {
            let text: String
            do { text = try String(contentsOfFile: secretFile, encoding: .utf8) } catch {
                throw NoSecret(
                    words:
                        "\(secretFile), which --oidc-client-secret-file names, can't be read: \(error.localizedDescription) The "
                        + "server reads it as its own user, carrel where Carrel runs as root.")
            }
            let line = text.trimmingCharacters(in: .whitespacesAndNewlines)
            guard !line.isEmpty, line.utf8.count <= 4_096, !line.contains(where: \.isNewline) else {
                throw NoSecret(words: "\(secretFile) holds no secret: it is to be one line.")
            }
            secret = line
        }
        return OpenIDSettings(
            issuer: issuer, clientID: clientID, clientSecret: secret, nameClaim: nameClaim, scopes: scopes, allowed: allowed,
            title: title)
    }
}
