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
        help:
            "A domain of which every name leads here: sessions get hosts below it, as s-12.DOMAIN. Without it localhost, or the host of --public-url."
    )
    var sessionDomain: String?

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
        settings.sessionDomain = try sessionDomain.map(Self.domain)
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
        let isName = text.utf8.count <= 240 && !text.hasPrefix(".") && !text.hasSuffix(".")
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
