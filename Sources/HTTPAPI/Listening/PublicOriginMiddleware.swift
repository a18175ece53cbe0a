import HTTPTypes
import Hummingbird

/// Behind a proxy that passes on another host than the browser asked, the browser's own word counts: a page of the public
/// address asks the public address. Pages can't forge `Origin`.
struct PublicOriginMiddleware: RouterMiddleware {
    typealias Context = CarrelContext

    let address: HTTPAddress

    func handle(
        _ request: Request, context: CarrelContext, next: (Request, CarrelContext) async throws -> Response
    ) async throws -> Response {
        guard let announced = address.announced, request.headers[.origin]?.lowercased() == announced.text else {
            return try await next(request, context)
        }
        var head = request.head
        head.authority = announced.authority
        return try await next(Request(head: head, body: request.body), context)
    }
}

/// Under TLS browsers are told not to come without it. Not for names of this very machine, which other programs use without.
struct StrictTransportMiddleware: RouterMiddleware {
    typealias Context = CarrelContext

    let address: HTTPAddress

    /// Half a year, in seconds.
    private static let span = 15_768_000
    private static let name = HTTPField.Name("Strict-Transport-Security")!

    func handle(
        _ request: Request, context: CarrelContext, next: (Request, CarrelContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        if let reached = address.reached, reached.scheme == .https, !reached.isLoopback {
            response.headers[Self.name] = "max-age=\(Self.span)"
        }
        return response
    }
}
