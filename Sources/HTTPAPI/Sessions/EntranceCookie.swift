import FleetModel
import NIOHTTP1

/// The cookie of a session's own host. The program behind it neither sees nor sets it.
struct EntranceCookie: Sendable {
    let name: String
    private let isSecure: Bool

    /// - Parameter address: the server's, `http://127.0.0.1:8642`.
    init(address: String?) {
        let cookie = SessionCookie(address: address, for: "entrance")
        (name, isSecure) = (cookie.name, cookie.isSecure)
    }

    /// nil: there is none, or there are several, of which one is somebody else's.
    func value(in headers: HTTPHeaders) -> String? {
        let values = values(in: headers)
        return values.count == 1 ? values[0] : nil
    }

    func values(in headers: HTTPHeaders) -> [String] {
        headers["cookie"].flatMap { $0.split(separator: ";") }.compactMap { pair -> String? in
            let pair = pair.drop { $0 == " " }
            return pair.hasPrefix(name + "=") ? String(pair.dropFirst(name.utf8.count + 1)) : nil
        }
    }

    /// `Lax`: links from elsewhere find one who may enter; what other sites post or embed does not.
    func setting(_ secret: String) -> String {
        "\(name)=\(secret); Path=/; HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "")
    }
}
