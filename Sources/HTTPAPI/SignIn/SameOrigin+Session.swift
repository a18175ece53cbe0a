import HTTPTypes
import Hummingbird

extension SameOrigin {
    static func holds(_ request: Request) -> Bool { (try? check(request)) != nil }

    /// Whether a request with this method may change something.
    static func isNeeded(for method: HTTPRequest.Method) -> Bool { method != .get && method != .head }
}
