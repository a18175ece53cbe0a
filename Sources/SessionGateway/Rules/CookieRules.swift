/// Keeps the cookies of the server from what runs in a session, and the session's from others.
package enum CookieRules {
    /// A `Cookie` header without control cookies; nil: nothing is left.
    package static func request(_ value: String, without control: [String]) -> String? {
        let pairs = value.split(separator: ";", omittingEmptySubsequences: true).filter { pair in
            let name = HeaderTokens.trimmed(pair.prefix { $0 != "=" })
            return !isControl(name, control) && !HeaderTokens.trimmed(pair).isEmpty
        }
        return pairs.isEmpty ? nil : HeaderTokens.trimmed(pairs.joined(separator: ";")[...])
    }

    /// A `Set-Cookie` header that stays with its own host; nil: it must not be set.
    ///
    /// A cookie without a name is dropped: browsers send its value as it is, and that may read as a control cookie. `Domain` is
    /// cut out, so that the cookie goes to this host alone and not to other sessions.
    package static func response(_ value: String, without control: [String]) -> String? {
        let parts = value.split(separator: ";", omittingEmptySubsequences: false)
        guard let pair = parts.first, pair.contains("=") else { return nil }
        let name = HeaderTokens.trimmed(pair.prefix { $0 != "=" })
        guard !name.isEmpty, !isControl(name, control) else { return nil }
        let rest = parts.dropFirst().filter {
            HeaderTokens.trimmed($0.prefix { $0 != "=" }).lowercased() != "domain"
        }
        return ([pair] + rest).joined(separator: ";")
    }

    /// Also those of other servers of this machine: cookies go to all ports of a host.
    private static func isControl(_ name: String, _ control: [String]) -> Bool {
        let name = name.lowercased()
        return control.contains(name) || prefixes.contains { name.hasPrefix($0) }
    }

    private static let prefixes = ["carrel_", "__host-carrel_", "__secure-carrel_"]
}
