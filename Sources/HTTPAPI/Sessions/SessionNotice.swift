import FleetModel
import NIOHTTP1
import SessionGateway

/// What a browser is shown on a session's host where its program is not: plain, and whole without anything beside it.
enum SessionNotice {
    /// - Parameters:
    ///   - link: an address of the server, with what it is called; nil: none.
    ///   - refresh: seconds after which the browser tries again by itself; nil: never.
    static func refusal(
        status: Int, title: String, words: String, link: (url: String, name: String)? = nil, refresh: Int? = nil
    ) -> GatewayRefusal {
        var headers: HTTPHeaders = [
            "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy":
                "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'",
            "Referrer-Policy": "no-referrer",
        ]
        if let refresh {
            headers.add(name: "Refresh", value: "\(refresh)")
            headers.add(name: "Retry-After", value: "\(refresh)")
        }
        let way = link.map { "<p><a href=\"\($0.url.asHTML)\">\($0.name.asHTML)</a></p>" } ?? ""
        let body = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title.asHTML) – Carrel</title>
            <style>:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto 0;padding:0 1rem}
            h1{font-size:1.4rem}</style></head>
            <body><main><h1>\(title.asHTML)</h1><p role="status">\(words.asHTML)</p>\(way)</main></body></html>

            """
        return GatewayRefusal(status: status, headers: headers, body: body)
    }

    /// The gateway's own answers.
    static func words(_ trouble: GatewayTrouble, _ fault: RequestFault?) -> GatewayRefusal {
        switch trouble {
        case .unreachable:
            refusal(
                status: 502, title: "Starting",
                words:
                    "The program of this session takes no connections: it is starting, or it has ended. This page tries again.",
                refresh: 3)
        case .cut:
            refusal(
                status: 403, title: "The session is closed to you",
                words: "It has ended, is not shared with you any more, or you signed out.")
        default: .plain(trouble, fault)
        }
    }
}

extension String {
    /// As text or in a quoted attribute.
    var asHTML: String {
        replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing(
            "\"", with: "&quot;"
        )
        .replacing("'", with: "&#39;")
    }
}
