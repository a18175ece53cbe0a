package import FleetModel
package import LeaseLedger
import Synchronization

/// What became of work that ended well, by what tells it from other work: from this the next run of it is forecast.
package final class RunBook: Sendable {
    /// One run.
    package struct Run: Hashable, Sendable {
        package let id: LeaseID
        package let devices: [DeviceKey]
        /// The device that it ran on, one for all of them; nil: there was none, they differ, or it was gone when this was read.
        package var device: Device?
        /// From its start to its end.
        package let time: TimeSpan
        package let use: DeviceUse?
    }

    /// Work on so many devices.
    private struct Key: Hashable {
        let work: String
        let devices: Int
    }

    /// So many of the newest of one work are kept.
    static let mostRuns = 8
    /// So much work is kept; beyond that a quarter goes, what ran longest ago.
    static let mostWork = 10_000
    /// How far back is read at the start.
    private static let pages = 20
    private static let page = 1_000

    private let guarded = Mutex<[Key: [Run]]>([:])
    private let complain: @Sendable (String) -> Void

    /// - Parameter complain: is told where what ended before can't be read.
    package init(complain: @escaping @Sendable (String) -> Void = { _ in }) { self.complain = complain }

    /// Those on so many devices, the newest first.
    package func runs(of work: String, devices: Int) -> [Run] {
        guarded.withLock { $0[Key(work: work, devices: devices)] ?? [] }
    }

    /// Keeps it where it ended well and tells itself from other work.
    func take(_ record: RequestRecord, _ state: LedgerState) {
        guard let work = record.forecast?.work, let lease = record.lease, var run = Run(record, lease) else { return }
        let devices = state.devices(of: lease.allocation)
        if devices.count == run.devices.count, Set(devices.map(\.model)).count == 1 { run.device = devices.first }
        keep(run, of: work)
    }

    func keep(_ run: Run, of work: String) {
        let key = Key(work: work, devices: run.devices.count)
        guarded.withLock { book in
            var runs = book[key] ?? []
            guard !runs.contains(where: { $0.id == run.id }) else { return }
            runs.insert(run, at: runs.firstIndex { $0.id < run.id } ?? runs.endIndex)
            book[key] = Array(runs.prefix(Self.mostRuns))
            if book.count > Self.mostWork { Self.shrink(&book) }
        }
    }

    private static func shrink(_ book: inout [Key: [Run]]) {
        let newest = book.values.compactMap { $0.first?.id }.sorted()
        let bound = newest[newest.count / 4]
        book = book.filter { $0.value.first.map { $0.id >= bound } ?? false }
    }

    /// Reads what ended before, then follows the ledger until cancelled.
    func follow(_ publisher: StatePublisher, _ archive: any LedgerArchive) async {
        let changes = publisher.changes()
        var newest = publisher.state.over.last
        await read(archive, publisher, pages: Self.pages)
        for await _ in changes {
            let state = publisher.state
            var isMet = newest == nil
            for id in state.over.reversed() {
                if id == newest {
                    isMet = true
                    break
                }
                if let record = state.requests[id] { take(record, state) }
            }
            // More ended in between than the ledger remembers.
            if !isMet { await read(archive, publisher, pages: 2) }
            newest = state.over.last
        }
    }

    /// The newest pages of what ended; what is known already is not taken twice.
    private func read(_ archive: any LedgerArchive, _ publisher: StatePublisher, pages: Int) async {
        var before: LeaseID?, failures = 0, read = 0
        while read < pages, !Task.isCancelled {
            do {
                let records = try await archive.endedRecords(before: before, limit: Self.page, user: nil)
                for record in records { take(record, publisher.state) }
                guard records.count == Self.page else { return }
                before = records.last?.id
                (read, failures) = (read + 1, 0)
            } catch {
                failures += 1
                guard failures < 3 else {
                    return complain("what ended before can't be read, so that less is forecast: \(error)")
                }
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }
}

extension RunBook.Run {
    /// nil: it did not run to its own end, failed, or is the rest of work that was begun under another number.
    package init?(_ record: RequestRecord, _ lease: Lease) {
        guard let receipt = lease.receipt, receipt.reason == .finished, receipt.exitCode == 0, record.requeue == nil,
            let started = receipt.startedAt, receipt.endedAt > started
        else { return nil }
        self.init(
            id: record.id, devices: lease.allocation.devices, time: receipt.endedAt - started, use: receipt.use)
    }
}
