import Accounts
import FleetModel
import HTTPTypes
import Hummingbird

/// The cookie of a browser that is signed in. Cookies of one host are shared by all its ports, so that its name has the port:
/// two servers of one machine don't sign each other's people out.
struct SessionCookie: Sendable {
    let name: String
    let isSecure: Bool

    /// - Parameters:
    ///   - address: `http://127.0.0.1:8642`.
    ///   - word: what the cookie is for.
    init(address: String?, for word: String = "session") {
        let address = address ?? ""
        let port = address.split(separator: ":").last.map { $0.prefix { $0.isNumber } } ?? ""
        isSecure = address.hasPrefix("https:")
        name = (isSecure ? "__Host-" : "") + "carrel_\(word)" + (port.isEmpty ? "" : "_\(port)")
    }

    /// What the browser sent under the name; nil: nothing, or several, of which one is somebody else's.
    func value(in request: Request) -> String? {
        let values = request.headers[values: .cookie].flatMap { $0.split(separator: ";") }.compactMap { pair -> Substring? in
            let pair = pair.drop { $0 == " " }
            guard pair.hasPrefix(name + "=") else { return nil }
            return pair.dropFirst(name.count + 1)
        }
        return values.count == 1 ? String(values[0]) : nil
    }

    /// `Lax`: a link on another site that leads here finds one signed in; what it posts does not.
    func setting(_ secret: String) -> String { attributes(secret, BrowserSessions.longest.milliseconds / 1_000) }

    /// For so many seconds.
    func setting(_ text: String, for seconds: Int64) -> String { attributes(text, seconds) }

    var clearing: String { attributes("", 0) }

    private func attributes(_ value: String, _ seconds: Int64) -> String {
        "\(name)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "")
    }
}
