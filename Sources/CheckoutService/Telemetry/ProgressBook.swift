import EngineInterface
package import FleetModel
import LeaseLedger
import Synchronization

/// How far the work of each live lease says that it is, and how fast it gets on.
package final class ProgressBook: Sendable {
    /// What is known of one lease.
    package struct Entry: Sendable {
        package fileprivate(set) var newest: WorkProgress
        /// When it was seen first as it is now.
        package fileprivate(set) var changedAt: Timestamp
        /// What its file said last.
        fileprivate var file: WorkProgress?
        /// Steps, and when they were seen, of the last minutes.
        fileprivate var seen: [(at: Timestamp, step: Int64)] = []

        /// Over the last minutes; nil: it did not get on since it was first seen.
        package var stepsPerSecond: Double? {
            guard let first = seen.first, let last = seen.last, last.step > first.step, last.at > first.at else {
                return nil
            }
            return Double(last.step - first.step) * 1_000 / Double((last.at - first.at).milliseconds)
        }
    }

    private let entries = Mutex<[LeaseID: Entry]>([:])
    private let console: any AttemptConsole
    private let clock: any LedgerClock

    /// Work that has just begun is looked at each second, so that short work is seen at all; the rest each fifth.
    private static let pause = Duration.seconds(1), pausesOfOld = 5
    private static let young = TimeSpan.seconds(30)
    private static let window = TimeSpan.minutes(5)

    init(console: any AttemptConsole, clock: any LedgerClock) {
        self.console = console
        self.clock = clock
    }

    /// nil: its work said nothing that was understood.
    package subscript(lease: LeaseID) -> Entry? { entries.withLock { $0[lease] } }

    /// Its user says so, by the API. What the work's file says next counts again. Nothing where the lease is none any more.
    package func say(_ progress: WorkProgress, of lease: LeaseID) { take(progress, of: lease, at: clock.now()) }

    func take(_ progress: WorkProgress, of lease: LeaseID, at now: Timestamp) {
        entries.withLock { entries in
            var entry = entries[lease] ?? Entry(newest: progress, changedAt: now)
            if entry.newest != progress { (entry.newest, entry.changedAt) = (progress, now) }
            if let step = progress.step {
                // Work that began anew, as from its last checkpoint, counts from there.
                if let last = entry.seen.last, step < last.step { entry.seen = [] }
                if entry.seen.last?.step != step { entry.seen.append((now, step)) }
                let last = entry.seen.last?.at
                entry.seen.removeAll { now - $0.at > Self.window && $0.at != last }
                if entry.seen.count > 100 { entry.seen.removeFirst() }
            }
            entries[lease] = entry
        }
    }

    /// Reads once more, and gives what is known; nil: nothing.
    func read(_ attempt: AttemptKey) async -> WorkProgress? {
        if let bytes = try? await console.readProgress(attempt), let progress = WorkProgress(parsing: bytes) {
            // One that says nothing new leaves what was said by the API.
            let isNew = entries.withLock { $0[attempt.lease]?.file != progress }
            if isNew {
                take(progress, of: attempt.lease, at: clock.now())
                entries.withLock { $0[attempt.lease]?.file = progress }
            }
        }
        return self[attempt.lease]?.newest
    }

    /// Until cancelled.
    func run(_ publisher: StatePublisher) async {
        var pauses = 0
        while !Task.isCancelled {
            let live = publisher.state.liveLeases
            let ids = Set(live.map(\.id))
            entries.withLock { entries in entries = entries.filter { ids.contains($0.key) } }
            let now = clock.now()
            let working = live.filter { $0.lease.phase == .running || $0.lease.phase == .ending }
            func isYoung(_ lease: Lease) -> Bool { lease.startedAt.map { now - $0 < Self.young } ?? false }
            let old = pauses % Self.pausesOfOld == 0 ? working.filter { !isYoung($0.lease) } : []
            for (id, _, lease) in working.filter({ isYoung($0.lease) }) + old {
                _ = await read(AttemptKey(lease: id, number: lease.attempt))
            }
            pauses += 1
            try? await Task.sleep(for: Self.pause)
        }
    }
}
