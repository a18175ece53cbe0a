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
        let values = headers["cookie"].flatMap { $0.split(separator: ";") }.compactMap { pair -> Substring? in
            let pair = pair.drop { $0 == " " }
            return pair.hasPrefix(name + "=") ? pair.dropFirst(name.utf8.count + 1) : nil
        }
        return values.count == 1 ? String(values[0]) : nil
    }

    /// `Lax`: links from elsewhere find one who may enter; what other sites post or embed does not.
    func setting(_ secret: String) -> String {
        "\(name)=\(secret); Path=/; HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "")
    }
}
