import Accounts
import FleetModel
import WireModel

extension Problem {
    static let accountDisabled = Problem(
        "account-disabled", title: "The account is disabled", status: 403,
        detail:
            "An administrator has disabled your account. Work that runs goes on until its lease ends. Ask an administrator.",
        exitCode: 1)

    static let crossOrigin = Problem(
        "cross-origin", title: "Not from this server's own pages", status: 403,
        detail:
            "A browser sent this with your sign-in from another site, or without saying from where. Nothing was changed. "
            + "Use this server's own pages, or a token.")

    static let needsScope = Problem(
        "needs-scope", title: "The token may only look", status: 403,
        detail:
            "This token has the scope read, and what was asked changes something. Nothing was changed. Make one that may: "
            + "carrel token create NAME --scope work", exitCode: 1)

    static let noAddress = Problem(
        "no-http-address", title: "The server has no HTTP address", status: 409,
        detail:
            "A sign-in link needs one, and the server was started with `--listen none`. Nothing was made. Start it without "
            + "that option.", exitCode: 1)

    static let noAddressForSessions = Problem(
        "no-http-address", title: "The server has no HTTP address", status: 409,
        detail:
            "A session is entered with a browser, and the server was started with `--listen none`. Nothing was asked for. An administrator "
            + "starts it without that option; `carrel shell` and `carrel run` need none.", exitCode: 1)

    static func needsPerson(_ what: String) -> Problem {
        Problem(
            "needs-person", title: "Not by a token", status: 403,
            detail:
                "\(what) by you in person, since a token that could do so would outlive its own end: in a browser that is "
                + "signed in, or with `carrel` on the server's machine. Nothing was changed.", exitCode: 1)
    }

    /// - Parameter isLook: nothing could have been changed.
    static func administratorsOnly(_ act: String, isLook: Bool = false) -> Problem {
        Problem(
            "needs-administrator", title: "For administrators", status: 403,
            detail: "Only administrators may \(act).\(isLook ? "" : " Nothing was changed.") Ask one of them, or root.",
            exitCode: 1)
    }

    static func noUnixUser(_ user: UserName) -> Problem {
        Problem(
            "no-unix-user", title: "The account has no Unix user", status: 403,
            detail:
                "Work runs here as each user's own Unix user, and the account \(user.name.shown) has none. An "
                + "administrator gives it one, on its page under Users or with `carrel user set \(user.name.shown) --unix-user NAME`.",
            exitCode: 1)
    }

    init(_ error: AccountError) {
        switch error {
        case .invalidName, .invalidDisplayName, .password: self = .badInput("\(error)")
        case .nameTaken, .unixUserTaken:
            self.init("account-taken", title: "Taken", status: 409, detail: "\(error)", exitCode: 1)
        case .lastAdministrator:
            self.init("last-administrator", title: "The only administrator", status: 409, detail: "\(error)", exitCode: 1)
        case .busy: self.init("busy", title: "Another change is being written", status: 503, detail: "\(error)", exitCode: 1)
        case .unknown: self = .notFound("\(error)")
        case .storage: self = .internalError("\(error)")
        }
    }

    /// With the name that was likely meant: accounts are told apart by capitals, and people don't.
    /// - Parameter isLook: nothing could have been changed.
    init(_ error: AccountError, among directory: AccountDirectory, isLook: Bool = false) {
        guard case .unknown(let name) = error else {
            self.init(error)
            return
        }
        let all = directory.all.map(\.name.name)
        self = .notFound(
            "There is no account \(name.name.shown)\(Problem.likely(name.name, all))\(isLook ? "" : " Nothing was changed.") `carrel user` lists them."
        )
    }

    init(_ refusal: SignInRefusal) {
        let status =
            switch refusal {
            case .wrongNameOrPassword, .noTicket: 403
            case .tooOften: 429
            case .busy, .noPasswordLibrary, .machineSilent, .storage: 503
            }
        self.init("sign-in-refused", title: "Not signed in", status: status, detail: "\(refusal)", exitCode: 1)
    }

    init(_ failure: AccessChangeFailure) {
        switch failure {
        case .account(let error): self.init(error)
        case .refused(let refusal): self.init(refusal)
        }
    }
}
