import HTTPTypes
import Hummingbird
import WireModel

/// Whether a browser says that a request comes from this server's own pages. Pages can't forge these headers; where a browser
/// says nothing, a change is not made.
enum SameOrigin {
    private static let site = HTTPField.Name("Sec-Fetch-Site")

    static func holds(_ request: Request) -> Bool {
        let said = site.flatMap { request.headers[$0] }
        guard let origin = request.headers[.origin] else { return said == "same-origin" }
        guard let authority = request.head.authority else { return false }
        return isSame(origin, authority) && said ?? "same-origin" == "same-origin"
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
