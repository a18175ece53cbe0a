import AsyncHTTPClient
import Glibc
import NIOSSL

/// Whom a client believes to be its server.
extension CheckoutClient {
    /// Names a file of certificates, in PEM, that are believed beside those of the machine: of a site's own authority.
    static let authorityVariable = "CARREL_CA_FILE"

    /// nil: as the machine has it.
    static var trust: TLSConfiguration? {
        guard let path = getenv(authorityVariable).map({ String(cString: $0) }), !path.isEmpty else { return nil }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.additionalTrustRoots = [.file(path)]
        return configuration
    }

    /// What to do about a server that doesn't prove who it is; nil: that is not what happened.
    static func distrust(_ error: any Error) -> String? {
        switch error {
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            "it doesn't prove to be that server (\(error)). A certificate of a site's own authority is believed if "
                + "\(authorityVariable) names the authority's file; a server without TLS is http://"
        default: nil
        }
    }
}
