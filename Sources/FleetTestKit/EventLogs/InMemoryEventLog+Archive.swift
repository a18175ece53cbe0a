package import FleetModel
package import LeaseLedger

extension InMemoryEventLog: LedgerArchive {
    package func workOrder(of id: LeaseID) async throws -> WorkOrder? { contents.orders[id] }

    package func endedRecord(_ id: LeaseID) async throws -> RequestRecord? { contents.ended[id] }

    package func endedRecords(before: LeaseID?, limit: Int, user: UserName?) async throws -> [RequestRecord] {
        let fitting = contents.ended.values.filter { record in
            (before.map { record.id < $0 } ?? true) && (user.map { record.user == $0 } ?? true)
        }
        return Array(fitting.sorted { $0.id > $1.id }.prefix(limit))
    }

    package func events(after sequence: Int64, limit: Int) async throws -> [RecordedEvent] {
        Array(contents.events.filter { $0.sequence > sequence }.prefix(limit))
    }

    package func answeredKey(user: UserName, key: String) async throws -> AnsweredKey? {
        contents.answered.last { $0.user == user && $0.key == key }
    }
}
