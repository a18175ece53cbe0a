import ArgumentParser
import Foundation
import HTTPAPI

/// Options of `up` for TLS and for signing in.
struct AccessOptions: ParsableArguments {
    @Option(
        help:
            "A file with the server's certificate and what leads to its root, in PEM. Renewed files are taken up by themselves."
    )
    var tlsCertificate: String?

    @Option(help: "The file with the certificate's private key, in PEM.")
    var tlsKey: String?

    @Option(
        name: .customLong("public-url"),
        help: "Where browsers reach Carrel, if not where it listens, such as behind a proxy: https://gpu.example.org.")
    var publicURL: String?

    @Option(
        name: .customLong("trusted-proxy"),
        help:
            "The address or network of a proxy before Carrel: where its header X-Forwarded-For says that a client is, is believed. Several times."
    )
    var trustedProxy: [String] = []

    @Option(
        help:
            "A domain of which every name leads here: sessions get hosts below it, as s-12.DOMAIN. Without it localhost, or the host of --public-url."
    )
    var sessionDomain: String?

    @Option(
        help:
            "Passwords of this machine's users sign in, by the rules of this PAM service: carrel, if /etc/pam.d/carrel is there, or login."
    )
    var pam: String?

    @Option(help: "With --pam: the group whose members are administrators, as it says at each sign-in.")
    var pamAdministrators: String?

    @Option(name: .customLong("oidc-issuer"), help: "Sign in with this OpenID Connect provider: https://login.example.org.")
    var oidcIssuer: String?

    @Option(name: .customLong("oidc-client-id"), help: "What the provider calls Carrel.")
    var oidcClientID: String?

    @Option(name: .customLong("oidc-client-secret-file"), help: "A file with the secret that the provider gave for Carrel.")
    var oidcClientSecretFile: String?

    @Option(
        name: .customLong("oidc-allow"),
        help: "Who may come in: groups=gpu-users, or anyone whom the provider knows. Several times: one of them must hold.")
    var oidcAllow: [String] = []

    @Option(name: .customLong("oidc-name-claim"), help: "What names new accounts.")
    var oidcNameClaim = "preferred_username"

    @Option(name: .customLong("oidc-scopes"), help: "What the provider is asked to tell.")
    var oidcScopes = "profile email"

    @Option(
        name: .customLong("oidc-title"), help: "What the button says after “Sign in with”; the provider's host unless given."
    )
    var oidcTitle: String?

    @Flag(
        name: .customLong("oidc-unix-users"),
        help:
            "Whoever the provider calls like a user of this machine is that user. Only where people can't choose those names."
    )
    var oidcUnixUsers = false

    @Option(
        name: .customLong("uid-range"),
        help:
            "Under root: numbers for the work of accounts that are no users of this machine, each given once: 1000000000-1000099999."
    )
    var uidRange: String?

    init() {}

    var hasTLS: Bool { tlsCertificate != nil && tlsKey != nil }

    func settings() throws -> AccessSettings {
        var settings = AccessSettings()
        switch (tlsCertificate, tlsKey) {
        case (nil, nil): break
        case (let certificate?, let key?):
            settings.tls = TLSFiles(certificate: Self.absolute(certificate), key: Self.absolute(key))
        default: throw ValidationError("--tls-certificate and --tls-key belong together: name both files.")
        }
        if let publicURL { settings.publicURL = try Self.address(publicURL).text }
        do throws(TrustedProxies.ParseError) { _ = try TrustedProxies(parsing: trustedProxy) } catch {
            throw ValidationError(
                "“\(error.text)” is no address for --trusted-proxy; write 10.0.0.5, 10.0.0.0/24 or 127.0.0.1.")
        }
        settings.trustedProxies = trustedProxy.isEmpty ? nil : trustedProxy
        settings.sessionDomain = try sessionDomain.map(Self.domain)
        settings.asksMachine = try pamArguments() != nil
        settings.openID = try openID()
        settings.unixIDs = try unixIDs()
        return settings
    }

    private static func address(_ text: String) throws -> PublicAddress {
        do throws(PublicAddress.ParseError) { return try PublicAddress(parsing: text) } catch {
            switch error {
            case .notAnAddress(let text):
                throw ValidationError("“\(text)” is no address for --public-url; write https://gpu.example.org.")
            case .hasPath(let text):
                throw ValidationError("“\(text)” has a path; Carrel has a host name of its own: https://gpu.example.org.")
            }
        }
    }

    private static func domain(_ text: String) throws -> String {
        let isName =
            text.utf8.count <= 240 && !text.hasPrefix(".") && !text.hasSuffix(".")
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") }
        guard isName, !text.isEmpty, !text.allSatisfy({ $0.isNumber || $0 == "." }) else {
            throw ValidationError("“\(text)” is no domain for --session-domain; write gpu.example.org, without *.")
        }
        return text.lowercased()
    }

    static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: (path as NSString).expandingTildeInPath).standardizedFileURL.path
    }
}
