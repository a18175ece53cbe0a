import HTTPTypes
import Hummingbird

/// Whether a browser says that a request comes from this server's own pages. Pages can't forge these headers.
enum SameOrigin {
    private static let site = HTTPField.Name("Sec-Fetch-Site")!

    static func holds(_ request: Request) -> Bool {
        // Browsers send it to loopback and by TLS; it is right behind a proxy too, where the host is another one.
        if let site = request.headers[site] { return site == "same-origin" }
        guard let origin = request.headers[.origin], let host = request.head.authority else { return false }
        for scheme in ["http://", "https://"] where origin.hasPrefix(scheme) {
            return origin.dropFirst(scheme.count).lowercased() == host.lowercased()
        }
        return false
    }

    /// Whether a request with this method may change something.
    static func isNeeded(for method: HTTPRequest.Method) -> Bool { method != .get && method != .head }
}
