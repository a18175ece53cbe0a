package import FleetModel
package import LeaseLedger
import Synchronization

/// What became of work that ended well, by what tells it from other work: from this the next run of it is forecast.
package final class RunBook: Sendable {
    /// One run.
    package struct Run: Hashable, Sendable {
        package let id: LeaseID
        package let devices: [DeviceKey]
        /// From its start to its end.
        package let time: TimeSpan
        package let use: DeviceUse?
    }

    /// So many of the newest of one work are kept.
    static let mostRuns = 8
    /// So much work is kept; beyond that a quarter goes, what ran longest ago.
    static let mostWork = 10_000
    /// How far back is read at the start.
    private static let pages = 20
    private static let page = 1_000

    private let guarded = Mutex<[String: [Run]]>([:])

    /// The newest first.
    package func runs(of work: String) -> [Run] { guarded.withLock { $0[work] ?? [] } }

    /// Keeps it where it ended well and tells itself from other work.
    func take(_ record: RequestRecord) {
        guard let work = record.forecast?.work, let lease = record.lease, let run = Run(record, lease) else { return }
        keep(run, of: work)
    }

    func keep(_ run: Run, of work: String) {
        guarded.withLock { book in
            var runs = book[work] ?? []
            guard !runs.contains(where: { $0.id == run.id }) else { return }
            runs.insert(run, at: runs.firstIndex { $0.id < run.id } ?? runs.endIndex)
            book[work] = Array(runs.prefix(Self.mostRuns))
            if book.count > Self.mostWork { Self.shrink(&book) }
        }
    }

    private static func shrink(_ book: inout [String: [Run]]) {
        let newest = book.values.compactMap { $0.first?.id }.sorted()
        let bound = newest[newest.count / 4]
        book = book.filter { $0.value.first.map { $0.id >= bound } ?? false }
    }

    /// Reads what ended before, then follows the ledger until cancelled.
    func follow(_ publisher: StatePublisher, _ archive: any LedgerArchive) async {
        let changes = publisher.changes()
        var newest = publisher.state.over.last
        var before: LeaseID?
        for _ in 0..<Self.pages {
            guard let records = try? await archive.endedRecords(before: before, limit: Self.page, user: nil) else { break }
            for record in records { take(record) }
            guard records.count == Self.page else { break }
            before = records.last?.id
        }
        for await _ in changes {
            let state = publisher.state
            for id in state.over.reversed() {
                if id == newest { break }
                if let record = state.requests[id] { take(record) }
            }
            newest = state.over.last
        }
    }
}

extension RunBook.Run {
    /// nil: it did not run to its own end, or failed.
    package init?(_ record: RequestRecord, _ lease: Lease) {
        guard let receipt = lease.receipt, receipt.reason == .finished, receipt.exitCode == 0,
            let started = receipt.startedAt, receipt.endedAt > started
        else { return nil }
        self.init(
            id: record.id, devices: lease.allocation.devices, time: receipt.endedAt - started, use: receipt.use)
    }
}
