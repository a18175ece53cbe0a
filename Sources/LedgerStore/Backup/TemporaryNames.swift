import Foundation

/// A backup while it is made, in the store's folder.
enum BackupFile {
    static func name() -> String { "backup-\(UUID().uuidString).sqlite" }

    /// SQLite's own files beside it count too.
    static func isOne(_ name: String) -> Bool {
        ["", "-journal", "-wal", "-shm"].contains { isUnique(name, "backup-", ".sqlite" + $0) }
    }
}

/// Where a restore prepares the new ledger, in the store's folder.
enum RestoreFolder {
    static func name() -> String { "restore-\(UUID().uuidString)" }

    static func isOne(_ name: String) -> Bool { isUnique(name, "restore-", "") }
}

private func isUnique(_ name: String, _ prefix: String, _ suffix: String) -> Bool {
    guard name.hasPrefix(prefix), name.hasSuffix(suffix), name.utf8.count == prefix.utf8.count + 36 + suffix.utf8.count
    else { return false }
    let middle = String(name.dropFirst(prefix.count).dropLast(suffix.count))
    return UUID(uuidString: middle)?.uuidString == middle
}
