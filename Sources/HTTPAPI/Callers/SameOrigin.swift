import HTTPTypes
import Hummingbird
import WireModel

/// Whether a browser says that a request comes from this server's own pages. Pages can't forge these headers; where a browser
/// says nothing, a change is not made.
enum SameOrigin {
    private static let site = HTTPField.Name("Sec-Fetch-Site")

    static func holds(_ request: Request) -> Bool {
        // Browsers send it to loopback and by TLS; it is right behind a proxy too, where the host is another one.
        if let site, let said = request.headers[site] { return said == "same-origin" }
        guard let origin = request.headers[.origin], let authority = request.head.authority else { return false }
        return isSame(origin, authority)
    }

    /// `http://HOST` or `https://HOST` and the host that was asked; TLS may end before this server.
    static func isSame(_ origin: String, _ authority: String) -> Bool {
        guard !authority.isEmpty else { return false }
        let origin = origin.lowercased(), authority = authority.lowercased()
        return origin == "http://" + authority || origin == "https://" + authority
    }

    /// Throws a problem where a form comes from elsewhere, or does not say.
    static func check(_ request: Request) throws(Problem) { if !holds(request) { throw .crossOrigin } }

    /// Whether a request with this method may change something.
    static func isNeeded(for method: HTTPRequest.Method) -> Bool { method != .get && method != .head }
}
