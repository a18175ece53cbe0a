import CheckoutService
import FleetModel
import Foundation
import LeaseLedger
import NIOHTTP1
import SessionGateway
import WebPages
import WireModel

/// The page around a session, on the session's own host: a bar that says until when it lasts and what its user should know, and
/// below it the program. It can only tell, since whatever runs on this host may be the program's own; to act there are links to
/// the server's page.
enum SessionBar {
    static let page = "/.carrel/session"
    private static let style = "/.carrel/session.css"
    private static let script = "/.carrel/session.js"
    static let state = "/.carrel/state"

    private struct State: Encodable {
        let endsAt: String?
        let notes: [String]
        let isUrgent: Bool
    }

    /// - Parameters:
    ///   - path: what was asked for, without what follows a `?`.
    ///   - own: the server's own page of the request.
    /// - Returns: nil: there is nothing of this name.
    static func answer(_ path: String, _ record: RequestRecord, _ views: ViewMaker, own: String) -> GatewayRefusal? {
        switch path {
        case page: .init(status: 200, headers: headers("text/html; charset=utf-8"), body: html(record, own))
        case style: asset(.sessionStyle)
        case script: asset(.sessionScript)
        case state: .init(status: 200, headers: headers("application/json"), body: json(views.request(record)))
        default: nil
        }
    }

    private static func asset(_ asset: Asset) -> GatewayRefusal {
        .init(status: 200, headers: headers(asset.mediaType), body: String(decoding: asset.bytes, as: UTF8.self))
    }

    private static func headers(_ type: String) -> HTTPHeaders {
        [
            "Content-Type": type, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy":
                "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; img-src 'self'; "
                + "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
            "Referrer-Policy": "no-referrer",
        ]
    }

    private static func html(_ record: RequestRecord, _ page: String) -> String {
        let own = page.asHTML, name = record.name.asHTML
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(name)</title><link rel="stylesheet" href="\(style)"><script src="\(script)" defer></script></head>
            <body><header><h1><bdi>\(name)</bdi></h1><p role="status"></p>
            <nav aria-label="Carrel"><a href="\(own)" target="carrel">Keep, extend, return</a> <a href="\(NotebookProgram.start)" \
            target="_top">Without this bar</a></nav></header>
            <iframe src="\(SessionAccess.start(of: record).asHTML)" title="\(name)" allow="clipboard-read; clipboard-write; fullscreen"></iframe>
            </body></html>

            """
    }

    /// What the bar tells, in the order of how soon it matters.
    private static func json(_ request: RequestView) -> String {
        var notes: [String] = []
        let lease = request.lease
        if let reclaim = lease?.reclaim {
            notes.append("It is taken back at \(reclaim.endsAt) for another request: save what you need.")
        }
        if let drained = lease?.drainedAt { notes.append("Its node is to be empty by \(drained), and this ends with that.") }
        if let idle = lease?.idle, idle.since != nil {
            notes.append(idle.words)
            if let release = idle.releaseAt { notes.append("It will be returned at \(release) unless it is used or kept.") }
        }
        let isUrgent = lease?.reclaim != nil || lease?.idle?.releaseAt != nil || lease?.drainedAt != nil
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let state = State(endsAt: lease?.endsAt, notes: notes, isUrgent: isUrgent)
        return (try? encoder.encode(state)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
