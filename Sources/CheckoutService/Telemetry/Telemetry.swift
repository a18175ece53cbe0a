package import EngineInterface
package import FleetModel
import Synchronization

/// What devices and leases did: folds each look as it comes, keeps an hour of ten-second rollups, and hands the longer ones to
/// an archive. It is no part of the ledger, and nobody waits for it.
package final class Telemetry: Sendable {
    private struct Guarded: Sendable {
        var devices: [DeviceKey: DeviceTelemetry] = [:]
        /// What the archive doesn't have yet.
        var pending: [TelemetryPlace: Rollup] = [:]
        var failure: TelemetryFailure?
    }

    private let guarded = Mutex(Guarded())
    private let archive: (any TelemetryArchive)?
    private let clock: any LedgerClock
    private let pause: DeletionPause?
    private let complain: @Sendable (String) -> Void
    /// Since when looks are taken: what was before is known to the archive only.
    package let since: Timestamp

    private static let flushInterval = Duration.seconds(20)
    /// In flushes.
    private static let trimInterval = 30
    /// Places that are remembered while the archive can't be written.
    private static let mostPending = 50_000

    /// - Parameters:
    ///   - archive: nil: only what fits into memory is kept.
    ///   - pause: whether anything may go by its age; nil: always.
    ///   - complain: is told once when the archive begins to fail.
    package init(
        archive: (any TelemetryArchive)?, clock: any LedgerClock, pause: DeletionPause? = nil,
        complain: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.archive = archive
        self.clock = clock
        self.pause = pause
        self.complain = complain
        since = clock.now()
    }

    /// Takes one look at a device.
    /// - Parameter lease: who holds the device; nil: nobody does.
    package func take(_ reading: DeviceReading, of lease: LeaseID?, at now: Timestamp) {
        guard reading.contact == .answers else { return }
        guarded.withLock { guarded in
            var device = guarded.devices[reading.device] ?? DeviceTelemetry(reading.device)
            for (place, rollup) in device.take(reading, of: lease, at: now) {
                guarded.pending[place, default: Rollup()].merge(rollup)
            }
            guarded.devices[reading.device] = device
            if guarded.pending.count > Self.mostPending { guarded.pending = [:] }
        }
    }

    /// Takes what the driver reported of a device.
    func take(_ incident: DeviceIncident) {
        guard case .xid(let number) = incident.kind else { return }
        guarded.withLock { $0.devices[incident.device, default: DeviceTelemetry(incident.device)].lastXid = number }
    }

    /// The number of the last Xid that was told of since the server's start; nil: none.
    package func lastXid(of device: DeviceKey) -> Int? { guarded.withLock { $0.devices[device]?.lastXid } }

    /// The newest look that the driver answered; nil: there was none in the last two minutes.
    package func newest(of device: DeviceKey) -> DeviceReading? {
        let oldest = clock.now() + .minutes(-2)
        return guarded.withLock { guarded in
            guarded.devices[device]?.newest.flatMap { $0.at >= oldest ? $0.reading : nil }
        }
    }

    /// The newest minute of a device; nil: nothing was seen in it.
    package func newestMinute(of device: DeviceKey) -> Rollup? {
        let now = clock.now()
        return guarded.withLock { $0.devices[device]?.rollup(since: now + .minutes(-1)) }
    }

    /// Points in order of time. Spans in which nothing was seen are left out.
    /// - Parameter step: rounded up to what is kept for as long; the answer has it.
    package func series(
        of subject: TelemetrySubject, from: Timestamp, until: Timestamp, step: TimeSpan
    ) async -> (points: [TelemetryPoint], step: TimeSpan) {
        let now = clock.now()
        var level = TelemetryLevel.fitting(step, back: now - from)
        if level == .tenSeconds, from < since, archive != nil { level = .minute }
        let step = level.rounded(step)
        let from = from.start(of: step)
        if level != .tenSeconds, let archive {
            await flush()
            if let points = try? await archive.points(of: subject, level: level, from: from, until: until, step: step) {
                return (points, step)
            }
        }
        return (recent(subject, from: from, until: until, step: step), step)
    }

    private func recent(
        _ subject: TelemetrySubject, from: Timestamp, until: Timestamp, step: TimeSpan
    ) -> [TelemetryPoint] {
        var found: [Timestamp: Rollup] = [:]
        guarded.withLock { guarded in
            for device in guarded.devices.values {
                if case .device(let key) = subject, key != device.key { continue }
                for point in device.recent where point.start >= from && point.start < until {
                    if case .lease(let id) = subject, point.lease != id { continue }
                    found[point.start.start(of: step), default: Rollup()].merge(point.rollup)
                }
            }
        }
        return found.map { TelemetryPoint(start: $0.key, rollup: $0.value) }.sorted { $0.start < $1.start }
    }

    /// Hands the archive what it doesn't have yet. What it can't take now is kept for the next time.
    package func flush() async {
        guard let archive else { return }
        let pending = guarded.withLock { guarded in
            defer { guarded.pending = [:] }
            return guarded.pending
        }
        guard !pending.isEmpty else { return }
        do throws(TelemetryFailure) {
            try await archive.add(pending.map { TelemetryRow($0.key, $0.value) })
            guarded.withLock { $0.failure = nil }
        } catch {
            let isNew = guarded.withLock { guarded in
                for (place, rollup) in pending { guarded.pending[place, default: Rollup()].merge(rollup) }
                defer { guarded.failure = error }
                return guarded.failure == nil
            }
            if isNew {
                complain("telemetry can't be written and is kept in memory meanwhile; nothing else is affected: \(error)")
            }
        }
    }

    /// Why the archive can't be written; nil: it can.
    package var failure: TelemetryFailure? { guarded.withLock(\.failure) }

    /// Writes now and then, until cancelled.
    func run() async {
        var flushes = 0
        while !Task.isCancelled {
            if flushes % Self.trimInterval == 0 {
                let isTrusted = pause?.isOver(now: clock.now(), wallAhead: clock.wallAhead()) ?? true
                try? await archive?.trim(at: isTrusted ? clock.now() : nil)
            }
            try? await Task.sleep(for: Self.flushInterval)
            guard !Task.isCancelled else { break }
            await flush()
            flushes += 1
        }
        // Not as a part of what was cancelled: the archive would refuse it.
        await Task { await flush() }.value
    }
}
