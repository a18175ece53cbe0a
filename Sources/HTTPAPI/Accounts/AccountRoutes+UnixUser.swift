import Accounts
import FleetModel
import LeaseLedger
import WireModel

/// Which Unix user an account's work runs as.
extension AccountRoutes {
    /// Who is called like a user of this machine is that user: the ledger knows names alone.
    func unixUser(of body: NewAccount) async throws(Problem) -> UInt32? {
        let namesake = try await names.number(of: body.name)
        guard let text = body.unixUser else {
            if let namesake, isSystems(namesake) { throw .systemUser(body.name, namesake, isNamesake: true) }
            return namesake
        }
        let number = text == "none" ? nil : try await self.number(ofUnixUser: text)
        guard let namesake, namesake != number else { return number }
        throw Problem(
            "account-taken", title: "Taken", status: 409,
            detail:
                "This machine has a Unix user \(body.name.shown), and an account of that name is theirs. No account was made. "
                + "Choose another name, or "
                + (isSystems(namesake) ? "give their number: --unix-user \(namesake)" : "leave --unix-user out."),
            exitCode: 1)
    }

    /// Work would run as a user of the system; where all of it runs as one user, none does.
    private func isSystems(_ number: UInt32) -> Bool { separatesUsers && AccountNames.isSystems(number) }

    /// A number is meant, whoever has it; a name may be mistaken for a person's.
    func number(ofUnixUser text: String) async throws(Problem) -> UInt32 {
        if let number = UInt32(text), number != .max {
            switch try await names.owner(of: number) {
            case nil, .user: return number
            case let owner?:
                throw Problem(
                    "number-taken", title: "Taken", status: 409,
                    detail:
                        "No user of this machine has the number \(number), but it belongs to \(owner.words), so that work "
                        + "which runs as it would have rights of others. Nothing was changed; choose another number.",
                    exitCode: 1)
            }
        }
        guard let number = try await names.number(of: text) else {
            throw .notFound("This machine has no Unix user \(text.shown). Nothing was changed.")
        }
        if isSystems(number) { throw .systemUser(text, number, isNamesake: false) }
        return number
    }

    /// What an administrator should know of an account's number; nil: it is a person's, was given by Carrel, or can't be asked now.
    func warning(about account: Account) async -> String? {
        guard separatesUsers, let number = account.unixID else { return nil }
        let owner: AccountNames.NumberOwner?
        do throws(Problem) { owner = try await names.owner(of: number) } catch { return nil }
        switch owner {
        case .user(let name) where AccountNames.isSystems(number) && name != account.name.name:
            return
                "The number \(number) is a system user's, \(name.shown): the work of \(account.name.name.shown) has its rights."
        case nil:
            guard (try? await desk.wasAllocated(unixID: number)) == false else { return nil }
            return
                "No user of this machine has the number \(number): work of \(account.name.name.shown) runs as it, and has files of no "
                + "home. If it was mistyped, set another one."
        default: return nil
        }
    }
}

extension AccountNames {
    /// Numbers below are the system's (`UID_MIN` of login.defs, as distributions set it).
    private static let firstPerson: UInt32 = 1_000
    private static let nobody: UInt32 = 65_534

    static func isSystems(_ number: UInt32) -> Bool { number < firstPerson || number == nobody }
}

extension Problem {
    /// - Parameter isNamesake: the account would be that user by its own name.
    fileprivate static func systemUser(_ name: String, _ number: UInt32, isNamesake: Bool) -> Problem {
        Problem(
            "system-user", title: "A user of the system", status: 409,
            detail:
                "\(name.shown) is no person's on this machine but the system's own, number \(number): work that runs as it would have its "
                + "rights. Nothing was changed. Choose another \(isNamesake ? "name" : "Unix user"); if it must be "
                + "this one, give the number: --unix-user \(number)",
            exitCode: 1)
    }
}
