import Accounts
import HTTPAPI

/// What `up` tells the server about TLS and about who may sign in. Nothing secret: secrets are in files that it names.
struct AccessSettings: Codable, Sendable {
    /// nil: connections are not encrypted.
    var tls: TLSFiles?
    /// `--public-url`, as it was checked.
    var publicURL: String?
    /// Below which sessions have hosts; nil: it follows from the address.
    var sessionDomain: String?

    /// `--trusted-proxy`, as it was checked.
    var trustedProxies: [String]?

    /// nil: nobody outside vouches for people.
    var openID: OpenIDConfiguration?
    /// `--pam`: passwords of this machine's users sign in.
    var asksMachine = false
    /// For the work of accounts that are no users of this machine; nil: such accounts can't start work under root.
    var unixIDs: OutsidePeople.UnixIDs?

    var proxies: TrustedProxies { (try? TrustedProxies(parsing: trustedProxies ?? [])) ?? .none }
    var announced: PublicAddress? { publicURL.flatMap { try? PublicAddress(parsing: $0) } }
}
