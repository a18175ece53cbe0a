package import FleetModel

/// Why somebody whom a provider vouches for does not come in. They have proved who they are, so that they may be told.
package enum OutsideRefusal: Error, Hashable, Sendable {
    /// Another account has the name that the provider gives them.
    case nameTaken(String)
    /// The name can't be an account's; nil: the provider gives none.
    case nameUnusable(String?)
    /// A user of this machine is called so, and nobody said that the provider's names are this machine's.
    case unixNamesake(String)
    case disabled(UserName)
    /// Every number of `--uid-range` was given.
    case noNumberLeft
    /// The identity or the account is connected already, perhaps with another one.
    case connected
    case tooOften(wait: TimeSpan)
    case storage(detail: String)
}

extension OutsideRefusal: CustomStringConvertible {
    package var description: String {
        let way =
            "An administrator makes you an account (carrel user add NAME); open its link, and connect it on your account's page."
        return switch self {
        case .nameTaken(let name):
            "“\(name)” is somebody’s name here already: an account’s, or of work or a team’s. It is not known to be yours. Nothing was changed. If it is yours, sign in to "
                + "it in another way and connect it on your account's page. Otherwise: \(way)"
        case .nameUnusable(let name?): "“\(name)” can't name an account here. Nothing was changed. \(way)"
        case .nameUnusable(nil): "The sign-in service gave you no name. Nothing was changed. \(way)"
        case .unixNamesake(let name):
            "A user of this machine is called “\(name)”, and it is not known whether that is you. Nothing was changed. \(way)"
        case .disabled(let user): "The account \(user) is disabled. Nothing was changed. Ask an administrator."
        case .noNumberLeft:
            "There is no number left for a new user of this machine. Nothing was changed. Ask an administrator."
        case .connected: "This identity or this account is connected already. Nothing was changed. Ask an administrator."
        case .tooOften(let wait):
            "There were too many tries. Wait \(TimeSpan.seconds((wait.milliseconds + 999) / 1_000).text) and try again."
        case .storage: "The accounts can't be read or written at the moment. Try again shortly."
        }
    }
}
