package import FleetModel

/// Why the store can't do what it was asked to. `description` is the text for people.
package enum StoreError: Error, Hashable, Sendable {
    /// The file or its folder can't be used as it is.
    case cannotOpen(path: String, detail: String)
    /// Others may read or write the file, or its owner may not; `mode` holds the permission bits.
    case wrongPermissions(path: String, mode: UInt32)
    /// A newer Carrel has written here.
    case newerVersion(path: String, found: Int, known: Int)
    /// An SQLite database, and not a ledger.
    case notALedger(path: String)
    case damaged(path: String, detail: String)
    /// The file that was to be put back is no sound copy of a ledger.
    case notABackup(detail: String)
    /// There is no ledger, and what lies beside its place tells that there was one.
    case ledgerMissing(path: String, found: String)
    /// The ledger that is there can't be read, so that nobody knows which numbers it gave; attempts and logs go up to
    /// `highest`, 0: there are none.
    case numbersUnknown(path: String, highest: LeaseID)
    /// There is a ledger already where a backup was to be put back.
    case ledgerInTheWay(path: String)
    /// No room. Nothing was written.
    case full(path: String)
    /// SQLite said no for another reason: its extended result code and its words.
    case failed(code: Int32, detail: String)
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .cannotOpen(let path, let detail):
            "The ledger at \(path) can't be opened: \(detail). Nothing was changed."
        case .wrongPermissions(let path, let mode):
            "The ledger at \(path) has the permissions \(String(mode, radix: 8)); it holds what users run, and only "
                + "Carrel's own user may read and write it. Nothing was changed. Run: chmod 600 \(path)"
        case .newerVersion(let path, let found, let known):
            "The ledger at \(path) has the format \(found), and this Carrel knows formats up to \(known). Nothing was "
                + "changed. Start the newer Carrel again, or restore a backup made by this one."
        case .notALedger(let path):
            "The file at \(path) is a database of another program. Nothing was changed. Move it away, or choose "
                + "another folder with --data-dir."
        case .damaged(let path, let detail):
            "The ledger at \(path) is damaged: \(detail). It was left as it is. Restore a backup, or move the folder "
                + "away to start with an empty ledger."
        case .notABackup(let detail):
            "That file is no sound backup of Carrel's ledger: \(detail). Nothing was changed."
        case .ledgerMissing(let path, let found):
            "There is no ledger at \(path), and \(found) tells that there was one. Nothing was changed, and no empty ledger was "
                + "made. If a restore was cut off, run `carrel restore` again, or move the file that ends in the highest "
                + ".replaced- number (with its -wal, if it has one) back to that name. To begin with an empty ledger, move the "
                + "whole data directory away."
        case .numbersUnknown(let path, let highest):
            "The ledger at \(path) can't be read, so that nothing says which numbers it gave since the backup"
                + (highest > LeaseID(0) ? "; attempts and logs go up to \(highest)" : "")
                + ". Nothing was changed. Run it again with --numbers-from N, with an N above every number that anybody may have "
                + "seen."
        case .ledgerInTheWay(let path):
            "There is a ledger at \(path). Nothing was changed. To put the backup in its place, add --replace: the ledger "
                + "that is there is kept beside it under another name."
        case .full(let path):
            "The disk that holds \(path) is full. Nothing was written. Free some room and try again."
        case .failed(let code, let detail):
            "The ledger's database failed with code \(code): \(detail). What was answered before is kept. Look for the "
                + "system's messages about the disk, and start Carrel again."
        }
    }
}
