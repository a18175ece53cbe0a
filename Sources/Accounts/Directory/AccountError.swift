package import FleetModel

/// Why an account can't be made or changed.
package enum AccountError: Error, Hashable, Sendable {
    /// `longest` in bytes.
    case invalidName(String, longest: Int)
    case invalidDisplayName(longest: Int)
    case nameTaken(UserName)
    case unixUserTaken(UInt32, by: UserName)
    case unknown(UserName)
    /// Nobody else may administrate.
    case lastAdministrator(UserName)
    /// Another change was being written at the same moment.
    case busy
    case password(PasswordFault)
    case storage(detail: String)
}

extension AccountError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalidName(let name, let longest):
            "“\(name.filter { !$0.isNewline }.prefix(80))” can't name an account: use 1 to \(longest) letters of a to z, digits, "
                + "and . _ - @ + inside. No account was made."
        case .invalidDisplayName(let longest):
            "What is shown beside the name has at most \(longest) bytes and no control characters. Nothing was changed."
        case .nameTaken(let name):
            "There is an account \(name) already. Nothing was changed. `carrel user set` changes it, `carrel user link \(name)` "
                + "makes a sign-in link for it."
        case .unixUserTaken(let number, let other):
            "The Unix user \(number) belongs to the account \(other). Nothing was changed; a Unix user has one account."
        case .lastAdministrator(let name):
            "\(name) is the only administrator who may sign in: nobody could change anything here with a browser any more. Nothing "
                + "was changed. Make somebody else one first, on their page under Users, or with `carrel user set NAME --role "
                + "administrator`."
        case .unknown(let name): "There is no account \(name). Nothing was changed. `carrel user` lists them."
        case .busy: "Another change of accounts is just being written. Nothing was changed; try again."
        case .password(let fault): fault.description
        case .storage(let detail): "The accounts could not be read or written: \(detail) Try again."
        }
    }
}
