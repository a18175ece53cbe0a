import NIOHTTP1
import SessionGateway
import Testing

@Suite struct HeaderRulesTests {
    private let rules = HeaderRules(controlCookies: ["carrel_session", "__Host-carrel"])

    private func request(_ headers: HTTPHeaders, _ rules: HeaderRules? = nil) -> [String] {
        (rules ?? self.rules).request(headers, framing: .none, method: .GET, asksUpgrade: false).map {
            "\($0.name): \($0.value)"
        }
    }

    private func response(_ headers: HTTPHeaders, status: Int = 200) -> [String] {
        rules.response(headers, status: status, framing: .length, isLast: false).map { "\($0.name): \($0.value)" }
    }

    @Test(
        arguments: [
            ("a=1", "a=1"), ("carrel_session=x", nil), ("a=1; carrel_session=x; b=2", "a=1; b=2"),
            ("CARREL_Session=x; a=1", "a=1"),
            ("carrel_session", nil), ("carrel_session =x;a=1", "a=1"), ("\t carrel_session=x", nil),
            ("__host-Carrel=x;;", nil),
            ("carrel_session=a=b; c=d=e", "c=d=e"), ("xcarrel_session=1", "xcarrel_session=1"), ("", nil), (";;", nil),
            ("a=\"carrel_session=x\"", "a=\"carrel_session=x\""), ("a=1;carrel_session=x", "a=1"),
        ] as [(String, String?)])
    func theBackendSeesNoControlCookie(sent: String, seen: String?) {
        #expect(request(["Cookie": sent]) == (seen.map { ["Cookie: \($0)"] } ?? []))
    }

    @Test func everyCookieHeaderIsLookedAt() {
        #expect(
            request([("Cookie", "a=1"), ("cookie", "carrel_session=x"), ("COOKIE", "b=2; carrel_session=y")].headers) == [
                "Cookie: a=1", "COOKIE: b=2",
            ])
    }

    @Test(
        arguments: [
            ("a=1; Path=/", "a=1; Path=/"), ("carrel_session=x", nil), (" Carrel_Session =x; Path=/", nil),
            ("=carrel_session=x", nil),
            ("carrel_session", nil), ("noname", nil), ("a=1; Domain=example.org; Secure", "a=1; Secure"),
            ("a=1;domain=x", "a=1"),
            ("a=1; DOMAIN", "a=1"), ("a=1; \tDomain\t=x; HttpOnly", "a=1; HttpOnly"), ("a=1; X=Domain", "a=1; X=Domain"),
            ("a=\"x; Domain=y\"", "a=\"x"),
        ] as [(String, String?)])
    func theBackendSetsCookiesForItselfOnly(sent: String, seen: String?) {
        #expect(response(["Set-Cookie": sent]) == (seen.map { ["Set-Cookie: \($0)"] } ?? []))
    }

    @Test func whatConcernsOneConnectionIsDropped() {
        let sent: HTTPHeaders = [
            "Host": "s", "Connection": "keep-alive, x-mine, Host, Cookie", "X-Mine": "1", "Keep-Alive": "9",
            "TE": "trailers",
            "Proxy-Authorization": "Basic eDp5", "Proxy-Connection": "keep-alive", "Upgrade": "h2c", "HTTP2-Settings": "x",
            "Cookie": "a=1", "Accept": "*/*",
        ]
        #expect(request(sent) == ["Host: s", "Cookie: a=1", "Accept: */*"])
        #expect(
            response(["Connection": "x-mine", "X-Mine": "1", "Keep-Alive": "9", "Alt-Svc": "h3=\":1\"", "ETag": "e"]) == [
                "ETag: e"
            ])
    }

    @Test func authorizationIsTheBackendsOwn() {
        let sent: HTTPHeaders = ["Authorization": "Bearer mine"]
        #expect(request(sent) == [])
        #expect(request(sent, .init(controlCookies: [], authorization: .kept)) == ["Authorization: Bearer mine"])
        #expect(
            request(sent, .init(controlCookies: [], authorization: .replaced(by: "token t"))) == ["Authorization: token t"])
    }

    @Test func nobodyForgesWhereARequestCameFrom() {
        let sent: HTTPHeaders = [
            "Host": "s", "X-Forwarded-For": "1.2.3.4", "x-forwarded-proto": "https", "Forwarded": "for=x", "X-Real-IP": "x",
            "Proxy": "http://evil", "X-Carrel-User": "root", "X_Forwarded_For": "1.2.3.4", "x_real-ip": "x",
        ]
        let rules = HeaderRules(
            controlCookies: [], clientAddress: "9.9.9.9", scheme: "http",
            added: [("X-Carrel-User", "anna"), ("X-Bad", "a\r\nb: c")])
        #expect(
            request(sent, rules) == [
                "Host: s", "X-Forwarded-For: 9.9.9.9", "X-Forwarded-Proto: http", "X-Forwarded-Host: s",
                "X-Carrel-User: anna",
            ])
        #expect(request(sent) == ["Host: s", "X-Carrel-User: root"])
    }

    @Test func noProxyObeysAProgram() {
        let sent: HTTPHeaders = [
            "X-Accel-Redirect": "/secret", "x-accel-expires": "9", "X-Sendfile": "/etc/passwd", "X-Accel-Buffering": "no",
            "X-Lighttpd-Send-File": "/etc/passwd", "X-Mine": "1",
        ]
        #expect(response(sent) == ["X-Accel-Buffering: no", "X-Mine: 1"])
    }

    @Test func noOtherOriginFramesAProgram() {
        var rules = HeaderRules(controlCookies: [])
        func policies(_ status: Int) -> [String] {
            rules.response(
                ["Content-Security-Policy": "frame-ancestors *"], status: status, framing: .length, isLast: false
            )["content-security-policy"]
        }
        #expect(policies(200) == ["frame-ancestors *"])
        rules.keepsOutOfFrames = true
        // Browsers hold a page to both.
        #expect(policies(200) == ["frame-ancestors *", "frame-ancestors 'self'"])
        #expect(policies(404).count == 2 && policies(103).count == 1)
    }

    @Test func aBodyIsAnnouncedAsItIsSent() {
        func framed(_ method: HTTPMethod, _ framing: RequestInspection.Framing) -> [String] {
            rules.request(
                ["Content-Length": "9", "Transfer-Encoding": "x"], framing: framing, method: method, asksUpgrade: false
            )
            .map { "\($0.name): \($0.value)" }
        }
        #expect(framed(.POST, .none) == ["Content-Length: 0"] && framed(.GET, .none) == [])
        #expect(
            framed(.GET, .length(3)) == ["Content-Length: 3"] && framed(.PUT, .chunked) == ["Transfer-Encoding: chunked"])
    }

    @Test func trailersSayNothingAboutFramingOrPeople() {
        let sent: HTTPHeaders = [
            "X-Sum": "1", "Content-Length": "3", "Set-Cookie": "a=b", "Transfer-Encoding": "x", "Authorization": "y",
        ]
        #expect(rules.trailers(sent).map(\.name) == ["X-Sum"])
    }
}

extension [(String, String)] {
    fileprivate var headers: HTTPHeaders { HTTPHeaders(self) }
}
