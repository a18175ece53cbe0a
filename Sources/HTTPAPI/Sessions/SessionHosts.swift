import FleetModel

/// Each session has a host of its own, `s-12.localhost`, so that its pages are of another origin than the server's and than those
/// of other sessions.
struct SessionHosts: Sendable {
    enum Place: Equatable {
        /// The server itself.
        case control
        case session(LeaseID)
        /// Below the domain of sessions, and none.
        case nobody
    }

    let address: HTTPAddress

    /// - Parameter authority: `s-12.localhost:8642`, as a browser sends it in `Host`.
    func place(of authority: String?) -> Place {
        let host = Self.host(of: authority ?? "").lowercased()
        let bare = host.hasSuffix(".") ? String(host.dropLast()) : host
        guard let domain = address.sessionDomain else { return .control }
        let ending = "." + domain
        guard bare.hasSuffix(ending) else { return .control }
        if let own = address.text.map(Self.host(ofURL:)), own.lowercased() == bare { return .control }
        let label = host.dropLast(ending.utf8.count)
        guard bare == host, label.hasPrefix("s-") else { return .nobody }
        let digits = label.dropFirst(2)
        guard (1...18).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            !digits.hasPrefix("0"), let number = Int64(digits)
        else { return .nobody }
        return .session(LeaseID(number))
    }

    /// `http://s-12.localhost:8642`; nil: the server listens nowhere, or at an address below which there are no names.
    func origin(of request: LeaseID) -> String? {
        guard let text = address.text, let domain = address.sessionDomain, let scheme = text.firstRange(of: "://") else {
            return nil
        }
        let rest = text[scheme.upperBound...]
        let host = Self.host(of: String(rest))
        return text[..<scheme.upperBound] + "s-\(request).\(domain)" + rest.dropFirst(host.utf8.count)
    }

    /// Without the port; `[::1]` keeps its brackets.
    private static func host(of authority: String) -> String {
        if authority.hasPrefix("[") { return authority.prefix { $0 != "]" } + "]" }
        return String(authority.prefix { $0 != ":" })
    }

    private static func host(ofURL text: String) -> String {
        host(of: String(text.firstRange(of: "://").map { text[$0.upperBound...] } ?? text[...]))
    }
}
