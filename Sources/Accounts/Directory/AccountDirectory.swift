package import FleetModel
import Synchronization

/// Who may sign in. Read from memory, so that every request can ask; changed one at a time, in the storage first.
package final class AccountDirectory: Sendable {
    package static let longestName = 64
    package static let longestDisplayName = 100

    private struct Table {
        var accounts: [UserName: Account] = [:]
        var isChanging = false
    }

    /// Of accounts.
    package let changes = AccessChanges()
    private let storage: any AccountStorage
    private let table: Mutex<Table>

    /// Reads all that is stored.
    package static func load(_ storage: any AccountStorage) async throws(AccountError) -> AccountDirectory {
        do { return AccountDirectory(storage, try await storage.accounts()) } catch { throw .storage(detail: "\(error)") }
    }

    /// - Parameter accounts: all that are stored.
    package init(_ storage: any AccountStorage, _ accounts: [Account]) {
        self.storage = storage
        table = Mutex(Table(accounts: Dictionary(accounts.map { ($0.name, $0) }) { first, _ in first }))
    }

    /// In order of their names.
    package var all: [Account] { table.withLock { $0.accounts.values.sorted { $0.name < $1.name } } }

    package func account(_ name: UserName) -> Account? { table.withLock { $0.accounts[name] } }

    package func account(unixID: UInt32) -> Account? {
        table.withLock { $0.accounts.values.first { $0.unixID == unixID } }
    }

    /// - Parameters:
    ///   - isTyped: the name was chosen by a person; others come from the machine's own accounts, as they are.
    ///   - keep: writes it down, perhaps with more; false: the name or the Unix user is taken. nil: as usual.
    package func add(
        _ account: Account, isTyped: Bool = true, by keep: (@Sendable (Account) async throws -> Bool)? = nil
    ) async throws(AccountError) {
        if isTyped { try Self.check(account.name.name) }
        try Self.check(displayName: account.displayName)
        try await changing { () async throws(AccountError) in
            if let id = account.unixID, let other = self.account(unixID: id) { throw .unixUserTaken(id, by: other.name) }
            let isAdded: Bool
            do {
                isAdded = if let keep { try await keep(account) } else { try await storage.addAccount(account) }
            } catch {
                throw .storage(detail: "\(error)")
            }
            guard isAdded else { throw .nameTaken(account.name) }
            table.withLock { $0.accounts[account.name] = account }
        }
    }

    /// Changes one account and gives it as it is then.
    /// - Parameter mayLeaveNoAdministrator: somebody else than Carrel says who is one.
    @discardableResult
    package func change(
        _ name: UserName, mayLeaveNoAdministrator: Bool = false, _ body: @Sendable (inout Account) -> Void
    ) async throws(AccountError) -> Account {
        try await changing { () async throws(AccountError) in
            guard let old = account(name) else { throw .unknown(name) }
            var new = old
            body(&new)
            try Self.check(displayName: new.displayName)
            if let id = new.unixID, let other = account(unixID: id), other.name != name {
                throw .unixUserTaken(id, by: other.name)
            }
            if old.administrates, !new.administrates, !mayLeaveNoAdministrator,
                !all.contains(where: { $0.name != name && $0.administrates })
            {
                throw .lastAdministrator(name)
            }
            let isChanged: Bool
            do { isChanged = try await storage.changeAccount(new) } catch { throw .storage(detail: "\(error)") }
            guard isChanged else { throw .busy }
            let changed = new
            table.withLock { $0.accounts[name] = changed }
            changes.note()
            return changed
        }
    }

    private func changing<Value: Sendable>(
        _ body: () async throws(AccountError) -> Value
    ) async throws(AccountError) -> Value {
        let isMine = table.withLock { table in
            defer { table.isChanging = true }
            return !table.isChanging
        }
        guard isMine else { throw .busy }
        defer { table.withLock { $0.isChanging = false } }
        return try await body()
    }

    private static func check(_ name: String) throws(AccountError) {
        guard isUsable(name) else { throw .invalidName(name, longest: longestName) }
    }

    /// Whether a text that somebody chose can name an account.
    package static func isUsable(_ name: String) -> Bool {
        // What users without an account of the machine are called.
        !name.hasPrefix("uid-") && PlainName.isUsable(name, longest: longestName)
    }

    private static func check(displayName: String) throws(AccountError) {
        let isPlain = displayName.unicodeScalars.allSatisfy {
            $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) && $0.properties.generalCategory != .format
        }
        guard isPlain, displayName.utf8.count <= longestDisplayName else {
            throw .invalidDisplayName(longest: longestDisplayName)
        }
    }
}

extension Account {
    fileprivate var administrates: Bool { role == .administrator && !isDisabled }
}
