import HTTPTypes
import Hummingbird
import WireModel

/// Whether a form was sent by a page of this server. A browser says where a form comes from, and no page can make it say
/// something else; where it says nothing, the form is not taken.
enum SameOrigin {
    /// Throws a problem where a form comes from elsewhere, or does not say.
    static func check(_ request: Request) throws(Problem) {
        let site = request.headers[HTTPField.Name("Sec-Fetch-Site")!]
        if let site, site != "same-origin" { throw .fromElsewhere }
        if let origin = request.headers[.origin] {
            guard let authority = request.head.authority, isSame(origin, authority) else { throw .fromElsewhere }
        } else if site == nil {
            throw .fromElsewhere
        }
    }

    /// `http://HOST` or `https://HOST` and the host that was asked; TLS may end before this server.
    static func isSame(_ origin: String, _ authority: String) -> Bool {
        guard !authority.isEmpty else { return false }
        let origin = origin.lowercased(), authority = authority.lowercased()
        return origin == "http://" + authority || origin == "https://" + authority
    }
}

extension Problem {
    static let fromElsewhere = Problem(
        "cross-origin", title: "Sent from another site", status: 403,
        detail:
            "This change was not asked for by a page of Carrel, as far as your browser says. Nothing was done. Open Carrel's page "
            + "itself and press the button there; programs use the API instead.")
}
