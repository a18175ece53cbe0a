package import FleetModel
import Synchronization

/// Writes down who did what. Entries are gathered for a moment and written together, so that an answer doesn't wait for
/// them; a server that is killed may lose those of the last half second. What became of leases is in the ledger in any case.
package final class AuditTrail: Sendable {
    private static let pause = Duration.milliseconds(300)
    /// What waits at most while nothing can be written, on a full disk say.
    private static let mostWaiting = 20_000

    private struct Waiting {
        var entries: [AuditEntry] = []
        /// How many found no room.
        var lost = 0
        var isComplained = false
    }

    private let storage: any AuditStorage
    private let complain: @Sendable (String) -> Void
    private let waiting = Mutex(Waiting())
    private let bell: AsyncStream<Void>
    private let ringer: AsyncStream<Void>.Continuation

    package init(storage: any AuditStorage, complain: @escaping @Sendable (String) -> Void) {
        self.storage = storage
        self.complain = complain
        (bell, ringer) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    package func note(_ entry: AuditEntry) {
        waiting.withLock { waiting in
            if waiting.entries.count < Self.mostWaiting { waiting.entries.append(entry) } else { waiting.lost += 1 }
        }
        ringer.yield()
    }

    /// Writes what is noted, until cancelled.
    package func run() async {
        for await _ in bell {
            await flush()
            try? await Task.sleep(for: Self.pause)
            if waiting.withLock({ !$0.entries.isEmpty }) { ringer.yield() }
        }
    }

    /// Writes what waits; what can't be written waits on.
    package func flush() async {
        let (entries, lost) = waiting.withLock { waiting in
            defer { (waiting.entries, waiting.lost) = ([], 0) }
            return (waiting.entries, waiting.lost)
        }
        guard let last = entries.last else { return }
        // A gap is written down too.
        let gap = AuditEntry(
            at: last.at, user: nil, door: "none", address: "", act: "audit.lost", subject: "\(lost)", status: 507)
        do {
            try await storage.addAudit(entries + (lost > 0 ? [gap] : []))
            waiting.withLock { $0.isComplained = false }
        } catch {
            let isNew = waiting.withLock { waiting in
                let room = max(0, Self.mostWaiting - waiting.entries.count)
                waiting.entries.insert(contentsOf: entries.prefix(room), at: 0)
                waiting.lost += lost + max(0, entries.count - room)
                defer { waiting.isComplained = true }
                return !waiting.isComplained
            }
            if isNew { complain("who did what can't be written down at the moment, and is tried again: \(error)") }
        }
    }

    /// Newest first. Throws what the storage throws.
    package func entries(
        before: Int64?, limit: Int, user: UserName?, act: String?
    ) async throws -> [AuditEntry] {
        await flush()
        return try await storage.audit(before: before, limit: limit, user: user, act: act)
    }
}
