/// Where a restore stands. Whatever step it is cut off before, the next start finds either ledger whole, or neither and
/// says so; nothing is lost.
package enum RestoreStep: String, CaseIterable, Sendable {
    /// The backup lies in a folder of its own.
    case examine
    /// It has its last events; the ledger that is there is to be kept under another name.
    case emptyLog, keepDatabase, keepLog
    /// Only where the log of the ledger that is there could not be emptied.
    case removeDatabase, removeLog
    /// The one move that makes the backup the ledger.
    case replace
    case sync, tidy
}
