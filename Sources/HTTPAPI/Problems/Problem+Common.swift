import Accounts
import FleetModel
import WireModel

extension Problem {
    static let notSignedIn = Problem(
        "not-signed-in", title: "Not signed in", status: 401,
        detail:
            "This address needs a sign-in: a browser's at /sign-in, or `Authorization: Bearer TOKEN`. `carrel token create` "
            + "makes a token, `carrel user link` a sign-in link.")

    static func tokenRefused(_ refusal: TokenRefusal) -> Problem {
        Problem(
            "not-signed-in", title: "Not signed in", status: 401,
            detail: refusal.clientText
                + " Sign in again: `carrel login URL`; for a program, `carrel token create NAME` makes a new one.",
            exitCode: 1)
    }

    static let peerRefused = Problem(
        "peer-refused", title: "Not from inside a lease", status: 403,
        detail:
            "The caller sits in another process namespace than the server, such as the work of a lease. Carrel can't be used from there by the Unix socket; use a token and the HTTP address."
    )

    static let peerAmongOtherUsers = Problem(
        "peer-refused", title: "Not from a user namespace of its own", status: 403,
        detail:
            "The caller sits in another user namespace than the server, such as a rootless container or `unshare --user` makes: "
            + "who it is there is for its maker to say. Nothing was done. Run `carrel` outside of it, or use a token and the HTTP address.",
        exitCode: 1)

    static func peerOfANumber(_ number: UInt32) -> Problem {
        Problem(
            "peer-refused", title: "The number is an account's", status: 403,
            detail:
                "The caller's user number, \(number), was given to an account of Carrel and is no user of this machine, so that nobody "
                + "logs in by it here. Nothing was done. Sign in in a browser, or use a token and the HTTP address.",
            exitCode: 1)
    }

    /// Neither a yes nor a no: a client that is let in by right must not read that it isn't.
    static let peerNotJudged = Problem(
        "peer-not-judged", title: "Can't be checked now", status: 503,
        detail: "The server can't look at who calls just now, since the machine is at its limit or the launcher is away. "
            + "Ask again in a moment.", exitCode: 1)

    static func notFound(_ what: String) -> Problem {
        Problem("not-found", title: "Not found", status: 404, detail: what)
    }

    static func badInput(_ detail: String) -> Problem {
        Problem("bad-input", title: "Not understood", status: 400, detail: detail, exitCode: ExitCode.usage)
    }

    static func noRequest(_ id: Int64) -> Problem {
        Problem(
            "no-such-request", title: "No such request", status: 404,
            detail: "There is no request \(id). `carrel ps --all` lists them.", exitCode: 1, request: id)
    }

    static func internalError(_ detail: String) -> Problem {
        Problem("internal", title: "The server could not do it", status: 500, detail: detail, exitCode: 1)
    }
}
