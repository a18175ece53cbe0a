import FleetModel
import Foundation
import HTTPAPI
import LedgerStore

/// The store as the API needs it for backups and exports.
struct StoreKeeper: LedgerKeeper {
    let store: LedgerStore

    func makeBackup() async throws -> String {
        do throws(BackupError) {
            return try await store.makeBackup()
        } catch {
            switch error {
            case .noRoom(let needed, let free): throw BackupRefusal.noRoom(needed: needed, free: free)
            case .store(let error): throw error
            }
        }
    }

    func exportedLines(after sequence: Int64?, limit: Int) async throws -> (lines: [String], last: Int64?) {
        let events = try await store.exportedEvents(after: sequence, limit: limit)
        return (events.map(Self.line), events.last?.sequence)
    }

    /// The body is JSON already: it goes in as it is stored.
    private static func line(_ event: ExportedEvent) -> String {
        let at = Date(timeIntervalSince1970: Double(event.at.milliseconds) / 1_000)
        let time = Date.ISO8601FormatStyle(includingFractionalSeconds: true).format(at)
        let request = event.subject.map { ",\"request\":\($0)" } ?? ""
        return "{\"sequence\":\(event.sequence),\"at\":\"\(time)\",\"kind\":\"\(event.kind)\",\"version\":\(event.version)"
            + request + ",\"body\":\(event.body)}"
    }
}
