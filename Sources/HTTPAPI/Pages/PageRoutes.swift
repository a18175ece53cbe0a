import CheckoutService
import FleetModel
import HTTPTypes
import Hummingbird
import LeaseLedger
import NIOCore
import WebPages
import WireModel

/// The pages that people see, and what browsers load beside them. They show what the API shows, made by the same hands.
struct PageRoutes {
    let service: CheckoutService
    let access: SessionAccess
    let environments: EnvironmentDesk
    let data: DataDesk
    let files: FileDesk
    let forecasts: ForecastDesk
    let reasons = WaitReasons()

    func add(to router: Router<CarrelContext>) {
        router.get("/", use: now)
        router.get("work", use: work)
        router.get("work/:id", use: request)
        // What the number is called elsewhere, and people type.
        router.get("requests/:id") { _, context -> Response in
            .seeOther(Link.path("work", "\(try context.requestID())"))
        }
        router.get("work/:id/output", use: output)
        router.get("work/:id/terminal", use: terminal)
        router.post("work/:id/return", use: giveBack)
        router.post("work/:id/keep", use: keep)
        router.post("work/:id/extend", use: extend)
        router.get("timeline", use: timeline)
        router.get("usage", use: usage)
        router.get("usage.csv", use: usageTable)
        router.get("usage/:month", use: month)
        router.get("get", use: get)
        router.post("get", use: ask)
        router.get("help", use: help)
        router.get("help/gpu", use: gpuHelp)
        router.get("live", use: live)
        router.get("assets/:hash/:name", use: asset)
    }

    func viewer(_ request: Request, _ context: CarrelContext) throws(Problem) -> Viewer {
        Viewer(try context.signedIn(), request)
    }

    /// For everybody: it says nothing of this site.
    private func help(_ request: Request, _ context: CarrelContext) async throws -> Response {
        .page(HelpPage(viewer: context.caller.map { Viewer($0, request) }).html())
    }

    /// For everybody: it says nothing of this site.
    private func gpuHelp(_ request: Request, _ context: CarrelContext) async throws -> Response {
        .page(GPUHelpPage(viewer: context.caller.map { Viewer($0, request) }).html())
    }

    private func asset(_ request: Request, _ context: CarrelContext) async throws -> Response {
        guard let asset = Asset.at(hash: context.pathPart("hash"), name: context.pathPart("name")) else {
            throw Problem.notFound("There is no such file; load the page again.")
        }
        var headers = HTTPFields.ofPages
        headers[.contentType] = asset.mediaType
        headers[.cacheControl] = "public, max-age=31536000, immutable"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: asset.bytes)))
    }

    /// Says that something happened, and not what: pages then look for themselves. Ends after a while, so that who is not
    /// signed in any more hears no more.
    private func live(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        let service = service
        let body = ResponseBody { writer in
            try await request.body.consumeWithCancellationOnInboundClose { _ in
                let end = ContinuousClock.now + Self.longestLive
                try await writer.write(ByteBuffer(string: "retry: 3000\n\n"))
                while !Task.isCancelled, .now < end {
                    let changes = service.writer.publisher.changes()
                    switch await changes.ring(within: .seconds(15)) {
                    case .rang:
                        try await writer.write(ByteBuffer(string: "data: \(service.state.sequence)\n\n"))
                        try await Task.sleep(for: .seconds(1))
                        // What happened meanwhile rang nobody.
                        try await writer.write(ByteBuffer(string: "data: \(service.state.sequence)\n\n"))
                    case .timeUp: try await writer.write(ByteBuffer(string: ": still here\n\n"))
                    case .over: break
                    }
                }
            }
            try await writer.finish(nil)
        }
        var headers = HTTPFields.ofPages
        headers[.contentType] = "text/event-stream"
        headers[.cacheControl] = "no-store"
        return Response(status: .ok, headers: headers, body: body)
    }

    private static let longestLive = Duration.seconds(600)
}

extension ViewMaker {
    /// On the wall clock, as all times of pages.
    var wall: Timestamp { now + wallAhead }
}
