package import NIOHTTP1

/// What becomes of headers on their way through. Pure: headers in, headers out.
package struct HeaderRules: Sendable, Equatable {
    /// What the backend is told in `Authorization`. What a client says there may be a key to the control interface.
    package enum Authorization: Sendable, Equatable {
        case dropped
        case kept
        case replaced(by: String)
    }

    /// Cookies that belong to the server and not to the session; in lower case. The backend neither sees nor sets them.
    package var controlCookies: [String]
    package var authorization = Authorization.dropped
    /// The client's address and the scheme it used, told to the backend; nil: told nothing.
    package var clientAddress: String?
    package var scheme: String?
    /// Headers of our own for the backend, such as who asks. A client can't send them. Values with line breaks are left out.
    package var added: [(name: String, value: String)] = []
    /// No page of another origin shows a session's in a frame, whatever its program says of that.
    package var keepsOutOfFrames = false

    package init(
        controlCookies: [String], authorization: Authorization = .dropped, clientAddress: String? = nil,
        scheme: String? = nil,
        added: [(name: String, value: String)] = []
    ) {
        self.controlCookies = controlCookies.map { $0.lowercased() }
        self.authorization = authorization
        self.clientAddress = clientAddress
        self.scheme = scheme
        self.added = added
    }

    package static func == (left: HeaderRules, right: HeaderRules) -> Bool {
        left.controlCookies == right.controlCookies && left.authorization == right.authorization
            && left.clientAddress == right.clientAddress && left.scheme == right.scheme
            && left.added.elementsEqual(right.added, by: ==) && left.keepsOutOfFrames == right.keepsOutOfFrames
    }

    /// The headers of a request as the backend gets them, framing included.
    package func request(
        _ headers: HTTPHeaders, framing: RequestInspection.Framing, method: HTTPMethod, asksUpgrade: Bool
    ) -> HTTPHeaders {
        let named = HopByHop.named(by: headers), ours = added.map { $0.name.lowercased() }
        var kept: [(String, String)] = []
        kept.reserveCapacity(headers.count + 6)
        for (name, value) in headers {
            let word = name.lowercased()
            if HopByHop.isDropped(word, named: named) || Self.isOurs(word)
                || ours.contains(word)
            {
                continue
            }
            switch word {
            case "content-length": continue
            case "authorization" where authorization != .kept: continue
            case "cookie":
                if let rest = CookieRules.request(value, without: controlCookies) { kept.append((name, rest)) }
            default: kept.append((name, value))
            }
        }
        if case .replaced(let value) = authorization { append("Authorization", value, to: &kept) }
        if let clientAddress { append("X-Forwarded-For", clientAddress, to: &kept) }
        if let scheme { append("X-Forwarded-Proto", scheme, to: &kept) }
        if scheme != nil, let host = headers.first(name: "host") { append("X-Forwarded-Host", host, to: &kept) }
        for (name, value) in added { append(name, value, to: &kept) }
        switch framing {
        case .length(let length): kept.append(("Content-Length", "\(length)"))
        case .chunked: kept.append(("Transfer-Encoding", "chunked"))
        case .none: if [.POST, .PUT, .PATCH].contains(method) { kept.append(("Content-Length", "0")) }
        }
        if asksUpgrade {
            kept.append(("Connection", "Upgrade"))
            for value in headers["upgrade"] { kept.append(("Upgrade", value)) }
        }
        return HTTPHeaders(kept)
    }

    /// The headers of an answer as the client gets them, framing included.
    package func response(
        _ headers: HTTPHeaders, status: Int, framing: ResponseInspection.Framing, isLast: Bool
    ) -> HTTPHeaders {
        let named = HopByHop.named(by: headers)
        var kept: [(String, String)] = []
        kept.reserveCapacity(headers.count + 2)
        for (name, value) in headers {
            let word = name.lowercased()
            if HopByHop.isDropped(word, named: named) { continue }
            switch word {
            // Where this origin is served otherwise is not the backend's to say.
            case "alt-svc", "clear-site-data": continue
            case _ where Self.commandsProxies(word): continue
            case "content-length" where status < 200 || status == 204: continue
            case "set-cookie":
                if let cookie = CookieRules.response(value, without: controlCookies) { kept.append((name, cookie)) }
            default: kept.append((name, value))
            }
        }
        // Beside the program's own policy: browsers keep both.
        if keepsOutOfFrames, status >= 200 { kept.append(("Content-Security-Policy", "frame-ancestors 'self'")) }
        if framing == .chunked { kept.append(("Transfer-Encoding", "chunked")) }
        if status == 101 {
            kept.append(("Connection", "Upgrade"))
            for value in headers["upgrade"] { kept.append(("Upgrade", value)) }
        } else if isLast {
            kept.append(("Connection", "close"))
        }
        return HTTPHeaders(kept)
    }

    /// Trailers, either way: only what says nothing about framing, routing or who somebody is.
    package func trailers(_ headers: HTTPHeaders) -> HTTPHeaders {
        let ours = added.map { $0.name.lowercased() }
        return HTTPHeaders(
            headers.filter { name, _ in
                let word = name.lowercased()
                return !HopByHop.isDropped(word, named: []) && !Self.noTrailers.contains(word) && !Self.isOurs(word)
                    && !ours.contains(word)
            }.map { ($0.name, $0.value) })
    }

    private static let noTrailers: Set<String> = [
        "authorization", "cookie", "set-cookie", "content-length", "content-encoding", "content-type", "host", "location",
    ]

    /// Said by the gateway or by nobody: `Proxy` becomes HTTP_PROXY in CGI programs.
    private static func isOurs(_ word: String) -> Bool {
        // Many programs take `_` for `-`.
        if word.utf8.contains(UInt8(ascii: "_")) { return isOurs(word.replacing("_", with: "-")) }
        return word == "forwarded" || word.hasPrefix("x-forwarded-") || word == "x-real-ip" || word == "proxy"
    }

    /// What a proxy before this server takes for an order by it: to give out a file, or to keep the answer for others.
    private static func commandsProxies(_ word: String) -> Bool {
        guard word.hasPrefix("x-") else { return false }
        if word.hasPrefix("x-accel-") { return word != "x-accel-buffering" }
        return [
            "x-sendfile", "x-lighttpd-send-file", "x-lighttpd-send-tempfile", "x-reproxy-url", "x-reproxy-file",
            "x-litespeed-location",
        ].contains(word)
    }

    private func append(_ name: String, _ value: String, to kept: inout [(String, String)]) {
        guard !value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7f }) else { return }
        kept.append((name, value))
    }
}
