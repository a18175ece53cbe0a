import HTTPTypes
import Hummingbird

/// Finds out where a request comes from, once, before anything counts or writes it down.
struct ClientAddressMiddleware: RouterMiddleware {
    typealias Context = CarrelContext

    let address: HTTPAddress

    private static let name = HTTPField.Name("X-Forwarded-For")!

    func handle(
        _ request: Request, context: CarrelContext, next: (Request, CarrelContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.address = address.proxies.client(
            of: context.address, said: request.headers[values: Self.name], owner: { context.loopback.peer })
        return try await next(request, context)
    }
}
