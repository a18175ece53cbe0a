import Accounts
import FleetModel
import OpenIDConnect
import WireModel

extension OutsideDoor {
    /// Accounts of the system are nobody's to sign in as.
    private static let leastPerson: UInt32 = 1_000

    /// The account of whom the provider vouches for, made at the first time.
    func account(
        of person: OpenIDPerson, names: AccountNames, isSpokenFor: (UserName) async throws -> Bool, at now: Timestamp
    ) async throws(OutsideRefusal) -> Account {
        if let known = try await people.known(issuer: person.issuer, subject: person.subject, at: now) { return known }
        let unixID = try await unixUser(called: person.name, names)
        if let unixID, let name = person.name, let account = people.account(unixID: unixID), account.name.name == name {
            guard !account.isDisabled else { throw .disabled(account.name) }
            // The same user of this machine, who came in by another door before.
            try await people.connect(issuer: person.issuer, subject: person.subject, to: account.name, at: now)
            guard let known = try await people.known(issuer: person.issuer, subject: person.subject, at: now) else {
                throw .storage(detail: "the account is gone")
            }
            return known
        }
        // Work, a team's place and tokens go by names: whoever came by such a name would be taken for the one who had it.
        if let name = person.name, unixID == nil {
            let isTaken: Bool
            do { isTaken = try await isSpokenFor(UserName(name)) } catch { throw .storage(detail: "\(error)") }
            if isTaken { throw .nameTaken(name) }
        }
        return try await people.admit(
            .init(name: person.name, displayName: person.displayName, unixID: unixID), issuer: person.issuer,
            subject: person.subject, at: now
        ) { number in
            do throws(Problem) { return try await names.owner(of: number) == nil } catch { return nil }
        }
    }

    /// The user of this machine whom the provider's name means; nil: nobody is called so.
    private func unixUser(called name: String?, _ names: AccountNames) async throws(OutsideRefusal) -> UInt32? {
        guard let name else { return nil }
        let found: UInt32?
        do throws(Problem) { found = try await names.number(of: name) } catch { throw .storage(detail: error.detail) }
        guard let found else { return nil }
        guard namesAreUnixUsers, found >= Self.leastPerson else { throw .unixNamesake(name) }
        return found
    }
}
