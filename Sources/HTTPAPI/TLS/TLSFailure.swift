import Glibc

/// Why a certificate and its key can't be used.
package enum TLSFailure: Error, Hashable, Sendable {
    /// `code` is an errno.
    case unreadable(path: String, code: Int32)
    case noCertificate(path: String)
    /// No key in PEM, or one with a password.
    case noKey(path: String)
    case notAPair(certificate: String, key: String)
}

extension TLSFailure: CustomStringConvertible {
    /// What is wrong and what to do; a sentence that begins small.
    package var description: String {
        switch self {
        case .unreadable(let path, let code):
            "\(path) can't be read (\(String(cString: strerror(code)))). The server reads it as its own user, carrel where Carrel "
                + "runs as root; give that user the right, with setfacl or a group"
        case .noCertificate(let path): "\(path) holds no certificate in PEM (-----BEGIN CERTIFICATE-----)"
        case .noKey(let path): "\(path) holds no private key in PEM without a password (-----BEGIN PRIVATE KEY-----)"
        case .notAPair(let certificate, let key):
            "the key in \(key) is not that of the first certificate in \(certificate), or of a kind that can't be used"
        }
    }
}
