package import EngineInterface
package import FleetModel
package import LeaseLedger

/// Follows what a request's work writes, from offsets of the reader's choice to the end.
package struct ConsoleReader {
    /// A piece of one of the two streams.
    package struct Chunk: Sendable {
        package let stream: OutputStream
        package let piece: OutputPiece
    }

    package enum Step: Sendable {
        case chunk(Chunk)
        /// Something new is said about the use of the lease.
        case notice(RequestRecord)
        /// Nothing was written for a while: time to see whether the reader is still there.
        case quiet
        /// There is no more.
        case over
        /// The lease is being taken back, or no more.
        case warned(RequestRecord)
        /// The work was sent its signal, since its end was announced.
        case told(RequestRecord)
        /// The node of the lease is drained, or no more.
        case drained(RequestRecord)
        /// The terminal has this size: what follows is drawn for it.
        case resized(TerminalSize)
    }

    private let service: CheckoutService
    private let id: LeaseID
    private let follow: Bool
    private var offsets: [OutputStream: Int64]
    private var turn = OutputStream.standardOutput
    private let tellsNotices: Bool
    private let showsLatest: Bool
    private let tellsSizes: Bool
    private var toldSize: TerminalSize?
    private var toldAt: Timestamp?
    private var failures = 0
    /// The request that the lease was being taken back for when its reader last heard of it.
    private var takenBackFor: LeaseID?
    private var workToldAt: Timestamp?
    /// When its node was to be empty when its reader last heard of it.
    private var drainedAt: Timestamp?
    private var pause = ConsoleReader.shortestPause
    private var lastReadAt = ContinuousClock.now

    private static let quietAfter = Duration.seconds(10)
    private static let mostFailures = 50
    private static let pieceSize = 256 * 1024
    private static let shortestPause = Duration.milliseconds(2)
    private static let longestPause = Duration.milliseconds(50)
    /// Of a terminal on which something happens, so that somebody may wait for what they have typed.
    private static let longestPauseOnTerminal = Duration.milliseconds(10)
    private static let liveliness = Duration.seconds(10)
    /// Whoever wants the latest and is farther behind is shown only so much of it.
    private static let mostBehind: Int64 = 2 << 20
    private static let latest: Int64 = 256 << 10

    /// - Parameters:
    ///   - follow: wait for more until the work is over; false: end where the output ends now.
    ///   - offsets: where to begin in each stream; absent: at its first byte.
    ///   - tellsNotices: also what is said about the use of the lease; the newest first.
    ///   - showsLatest: standard output is a terminal's, on which old pictures are worth nothing: who is far behind is told
    ///     of a gap and goes on near the end.
    ///   - tellsSizes: also each size that the terminal is given, the newest first.
    package init(
        _ service: CheckoutService, _ id: LeaseID, follow: Bool, from offsets: [OutputStream: Int64] = [:],
        tellsNotices: Bool = false, showsLatest: Bool = false, tellsSizes: Bool = false
    ) {
        self.tellsSizes = tellsSizes
        self.showsLatest = showsLatest
        self.tellsNotices = tellsNotices
        self.service = service
        self.id = id
        self.follow = follow
        self.offsets = offsets
    }

    /// Waits for the next piece.
    package mutating func next() async throws -> Step {
        let began = ContinuousClock.now
        while !Task.isCancelled {
            let changes = service.writer.publisher.changes(of: id)
            guard let record = try await service.record(id) else { return .over }
            if tellsNotices, let at = record.lease?.idle?.noticedAt, at != toldAt {
                toldAt = at
                return .notice(record)
            }
            if tellsNotices, let lease = record.lease, lease.phase.mayBecome(.ending), lease.reclaim?.for != takenBackFor {
                takenBackFor = lease.reclaim?.for
                return .warned(record)
            }
            if tellsNotices, let at = record.lease?.warning?.toldAt, at != workToldAt {
                workToldAt = at
                return .told(record)
            }
            if tellsNotices, let lease = record.lease, lease.phase.mayBecome(.ending) {
                let drainAt = lease.isCutByDrain ? lease.drainAt : nil
                if drainAt != drainedAt {
                    drainedAt = drainAt
                    return .drained(record)
                }
            }
            if tellsSizes, let size = service.terminalSizes[id], size != toldSize {
                toldSize = size
                return .resized(size)
            }
            // Judged before reading: what is written until the end is read after it. What waits again is over once it does.
            let isOver =
                record.lease.map { $0.phase == .verifying && !record.waitsAgain || $0.phase == .closed } ?? record.isOver
            if let lease = record.lease, lease.attempt > 0 {
                do throws(EngineError) {
                    if let chunk = try await read(AttemptKey(lease: id, number: lease.attempt)) {
                        pause = Self.shortestPause
                        lastReadAt = .now
                        return .chunk(chunk)
                    }
                } catch {
                    // Before the work has begun there is nothing to read. Afterwards the end must not hide its last words.
                    if isOver, lease.outcome?.hasBegun ?? false {
                        if case .outputExpired = error { throw error }
                        failures += 1
                        guard failures < Self.mostFailures else { throw error }
                        try await Task.sleep(for: .milliseconds(100))
                        continue
                    }
                }
            }
            if isOver || !follow { return .over }
            if .now - began > Self.quietAfter { return .quiet }
            await wait(for: changes, isRunning: record.lease != nil)
        }
        return .over
    }

    /// Takes turns, so that a loud stream doesn't silence the other.
    private mutating func read(_ attempt: AttemptKey) async throws(EngineError) -> Chunk? {
        if showsLatest, let gap = try await skipped(attempt) { return gap }
        for stream in [turn, turn.other] {
            let offset = offsets[stream] ?? 0
            let read = try await service.console.readOutput(attempt, stream, from: offset, limit: Self.pieceSize)
            guard let piece = read, piece.nextOffset > offset else { continue }
            offsets[stream] = piece.nextOffset
            turn = stream.other
            return Chunk(stream: stream, piece: piece)
        }
        return nil
    }

    /// Goes to near the end of what is too far ahead; nil: it is not.
    private mutating func skipped(_ attempt: AttemptKey) async throws(EngineError) -> Chunk? {
        let offset = offsets[.standardOutput] ?? 0
        guard let end = try await service.console.outputEnd(attempt, .standardOutput), end - offset > Self.mostBehind else {
            return nil
        }
        let start = end - Self.latest
        offsets[.standardOutput] = start
        return Chunk(stream: .standardOutput, piece: .gap(offset: offset, bytes: start - offset))
    }

    private mutating func wait(for changes: AsyncStream<Void>, isRunning: Bool) async {
        let pause = isRunning ? self.pause : .seconds(5)
        let isLively = showsLatest && .now - lastReadAt < Self.liveliness
        self.pause = min(self.pause * 2, isLively ? Self.longestPauseOnTerminal : Self.longestPause)
        // Somebody has typed, most likely, and waits for what becomes of it.
        if await changes.ring(within: pause) == .rang { self.pause = Self.shortestPause }
    }
}

extension OutputStream {
    fileprivate var other: OutputStream { self == .standardOutput ? .standardError : .standardOutput }
}

extension CheckoutService {
    /// Throws when the work of a request that is over wrote into files that have been deleted since.
    package func checkOutputIsKept(of record: RequestRecord) async throws(EngineError) {
        guard let lease = record.lease, lease.phase == .closed, lease.outcome?.hasBegun ?? false else { return }
        _ = try await console.readOutput(
            AttemptKey(lease: record.id, number: lease.attempt), .standardOutput, from: 0, limit: 1)
    }

    /// A request, whether it lives in the state or in the history; nil: there is none with this number.
    package func record(_ id: LeaseID) async throws -> RequestRecord? {
        if let record = state.requests[id] { return record }
        return try await archive.endedRecord(id)
    }
}
