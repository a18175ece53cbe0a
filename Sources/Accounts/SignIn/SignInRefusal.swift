package import FleetModel

/// Why somebody is not signed in. The same words for every name and password that don't fit, so that nobody learns which
/// accounts there are.
package enum SignInRefusal: Error, Hashable, Sendable {
    case wrongNameOrPassword
    /// Never made, used already, too old, or for an account that may not sign in.
    case noTicket
    /// So many tries from there, or for that name, that the next one has to wait.
    case tooOften(wait: TimeSpan)
    /// So many passwords are being checked that no more can wait.
    case busy
    /// The library that checks passwords is not on this machine.
    case noPasswordLibrary
    /// This machine's own sign-in, which checks passwords too, does not work.
    case machineSilent
    case storage(detail: String)
}

extension SignInRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .wrongNameOrPassword:
            "This name and this password don't sign in. Try again; capitals count. An administrator sends a link that does: carrel user link NAME"
        case .noTicket:
            "This link signs nobody in: it was used already, is older than a day, or a newer one was made. Make another on the "
                + "server's machine with: carrel user link"
        case .tooOften(let wait):
            "There were too many tries. Wait \(wait.wholeSeconds.text), or sign in by a link: carrel user link"
        case .busy: "The server is checking as many passwords as it can. Try again in a moment."
        case .noPasswordLibrary:
            "This server can't check passwords, since libcrypt is missing (Debian: apt-get install libcrypt1). Sign in by a "
                + "link: carrel user link"
        case .machineSilent:
            "This machine's own sign-in does not answer at the moment, so that passwords can't be checked. Try again, or sign in by a "
                + "link: carrel user link"
        case .storage: "The accounts can't be read at the moment. Try again shortly."
        }
    }
}

extension TimeSpan {
    /// Upwards: what is said to be over is over.
    fileprivate var wholeSeconds: TimeSpan { .seconds((milliseconds + 999) / 1_000) }
}
