import CheckoutService
import Hummingbird
import NIOCore

/// `/metrics` for Prometheus and whoever reads OpenMetrics. It names users, so that it asks for a signed-in caller as all of
/// `/v1` does; a scraper has a token.
struct MetricsRoute {
    let service: CheckoutService

    func add(to router: Router<CarrelContext>) { router.get("metrics", use: metrics) }

    private func metrics(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        return Response(
            status: .ok, headers: [.contentType: MetricsText.mediaType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: MetricsText.text(service))))
    }
}
