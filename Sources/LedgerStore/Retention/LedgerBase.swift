import FleetModel
import Foundation
import GRDB
import LeaseLedger

/// Where the log begins: the state that the events gave which are no longer kept. Without one it begins with nothing.
struct LedgerBase {
    let state: LedgerState
    var sequence: Int64 { state.sequence }

    /// Requests that were over at the base, and those that ended later or have not ended. Take `requestArguments`.
    static let wasOver = "(id < ? AND id NOT IN (SELECT value FROM json_each(?)))"
    static let wasNotOver = "(id >= ? OR id IN (SELECT value FROM json_each(?)))"

    var requestArguments: StatementArguments {
        let open = state.requests.all.filter { !$0.isOver }.map { "\($0.id.number)" }
        return [state.nextID.number, "[" + open.joined(separator: ",") + "]"]
    }
}

extension LedgerStore {
    /// The last event that is no longer kept; 0: all are. Leftovers before it do not count.
    static func baseSequence(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT sequence FROM base WHERE in_force") ?? 0
    }

    /// Throws when it can't be read: unlike a checkpoint, nothing can take its place.
    func base(in database: Database) throws -> LedgerBase {
        try base(database, "in_force") ?? LedgerBase(state: LedgerState())
    }

    /// The one that may come into force.
    func nextBase(in database: Database) throws -> LedgerBase? { try base(database, "NOT in_force") }

    private func base(_ database: Database, _ condition: String) throws -> LedgerBase? {
        guard let row = try Row.fetchOne(database, sql: "SELECT * FROM base WHERE \(condition)") else { return nil }
        do throws(CheckpointError) { return LedgerBase(state: try CheckpointCoding.decodeBase(row)) } catch {
            let sequence: Int64 = row["sequence"]
            throw StoreError.damaged(
                path: files.database,
                detail: "its base, which stands for the events up to \(sequence), can't be used: \(error)")
        }
    }
}
