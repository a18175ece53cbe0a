/// The service that vouches for people, and what it must say of those who may come in.
package struct OpenIDSettings: Sendable {
    /// As the provider calls itself: `https://login.example.org`.
    package let issuer: String
    package let clientID: String
    /// nil: the provider knows this client without one.
    package let clientSecret: String?
    /// Which claim names a new account.
    package let nameClaim: String
    /// All but `openid`.
    package let scopes: [String]
    /// One of them must hold; empty: whoever the provider knows may come in.
    package let allowed: [ClaimRule]
    /// What the button says: “Sign in with TITLE”.
    package let title: String

    package init(
        issuer: String, clientID: String, clientSecret: String?, nameClaim: String = "preferred_username",
        scopes: [String] = ["profile", "email"], allowed: [ClaimRule], title: String
    ) {
        self.issuer = issuer
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.nameClaim = nameClaim
        self.scopes = scopes
        self.allowed = allowed
        self.title = title
    }

    /// Secrets and codes go to these addresses: encrypted, or not beyond this machine.
    package static func isSafe(_ url: String) -> Bool {
        guard !url.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7f }), url.utf8.count <= 2_000 else { return false }
        if url.hasPrefix("https://") { return url.utf8.count > 8 }
        guard url.hasPrefix("http://") else { return false }
        let authority = url.dropFirst(7).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@") else { return false }
        if authority.hasPrefix("[") { return authority == "[::1]" || authority.hasPrefix("[::1]:") }
        let host = authority.prefix { $0 != ":" }
        return host == "localhost" || isLoopback(host)
    }

    /// `127.0.0.1`, and no name that begins like it.
    private static func isLoopback(_ host: some StringProtocol) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
