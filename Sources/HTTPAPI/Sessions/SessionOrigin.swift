import NIOHTTP1

/// Whether a browser says that a request to a session comes from the session's own pages, or is somebody's going there. Hosts of
/// other sessions are another origin, but perhaps the same site, so that a cookie's `SameSite` does not keep them out.
enum SessionOrigin {
    static func holds(_ head: HTTPRequestHead) -> Bool {
        guard let host = head.headers.first(name: "host") else { return false }
        let site = head.headers.first(name: "sec-fetch-site")
        let origins = head.headers["origin"]
        guard origins.count <= 1 else { return false }
        if let origin = origins.first {
            return SameOrigin.isSame(origin, host) && site ?? "same-origin" == "same-origin"
        }
        // Browsers name the origin of everything that changes something, and of every WebSocket.
        let isRead = head.method == .GET || head.method == .HEAD
        guard isRead, !head.headers.contains(name: "upgrade") else { return site == "same-origin" && !isUpgrade(head) }
        switch site {
        case nil, "same-origin", "none": return true
        default:
            // A link that somebody followed; not a frame, picture or script in a page of others.
            return head.method == .GET && head.headers.first(name: "sec-fetch-mode") == "navigate"
                && head.headers.first(name: "sec-fetch-dest") == "document"
        }
    }

    private static func isUpgrade(_ head: HTTPRequestHead) -> Bool { head.headers.contains(name: "upgrade") }

    /// Somebody goes there: what comes back is looked at, and not taken by a program.
    static func isGoing(_ head: HTTPRequestHead) -> Bool {
        guard head.method == .GET else { return false }
        if let mode = head.headers.first(name: "sec-fetch-mode") { return mode == "navigate" }
        return head.headers["accept"].contains { $0.contains("text/html") }
    }
}
