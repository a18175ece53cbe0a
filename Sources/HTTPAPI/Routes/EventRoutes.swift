import CheckoutService
import Foundation
import Hummingbird
import LeaseLedger
import NIOCore
import WireModel

/// `/v1/events`: what happens, as server-sent events. `?after=` or `Last-Event-ID` goes on where one stopped.
struct EventRoutes {
    let service: CheckoutService

    private static let pageSize = 500

    func add(to group: RouterGroup<CarrelContext>) { group.get("events", use: events) }

    private func events(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        let resumed = request.headers[.lastEventID].flatMap { Int64($0) }
        let asked = try request.number("after")
        let follow = request.uri.queryParameters["follow"] == nil || request.flag("follow")
        let start = try await start(resumed ?? asked ?? (follow ? service.state.sequence : nil))
        let service = service
        let body = ResponseBody { writer in
            var after = start
            try await writer.write(ByteBuffer(string: ": carrel events\n\n"))
            while !Task.isCancelled {
                let changes = service.writer.publisher.changes()
                let page = try await service.archive.events(after: after, limit: Self.pageSize)
                let views = ViewMaker(service)
                for event in page {
                    try await writer.write(ByteBuffer(string: Self.text(EventView(event, views))))
                    after = event.sequence
                }
                if page.count == Self.pageSize { continue }
                guard follow else { break }
                let isQuiet = await changes.ring(within: .seconds(15)) != .rang
                if isQuiet { try await writer.write(ByteBuffer(string: ": still here\n\n")) }
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }

    /// Says before the answer begins that a part of what is asked for is no longer kept. nil: all that is kept.
    private func start(_ asked: Int64?) async throws -> Int64 {
        do {
            _ = try await service.archive.events(after: asked ?? 0, limit: 1)
            return asked ?? 0
        } catch ArchiveError.eventsDeleted(let first) where asked == nil {
            return first - 1
        }
    }

    private static func text(_ event: EventView) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = (try? encoder.encode(event)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        return "id: \(event.sequence)\nevent: \(event.kind)\ndata: \(data)\n\n"
    }
}
