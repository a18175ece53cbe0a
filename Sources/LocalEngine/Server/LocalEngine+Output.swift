import CLinux
package import EngineInterface
package import FleetModel
import Dispatch
import Glibc
import Synchronization

/// The open logs of the attempts that were read lately.
final class OutputCache: Sendable {
    struct Logs: Sendable {
        let out: Descriptor
        let err: Descriptor

        var isDeleted: Bool { Files.status(of: out)?.st_nlink == 0 }
    }

    private static let limit = 64
    /// How often it is looked whether some were deleted: these keep their room on the disk as long as they are open.
    private let interval: Duration
    private let state = Mutex(State())

    private struct State {
        /// The one that was asked for last comes last.
        var recent: [(key: AttemptKey, logs: Logs)] = []
        var isSweepDue = false
    }

    init(interval: Duration = .seconds(60)) { self.interval = interval }

    subscript(key: AttemptKey) -> Logs? {
        state.withLock { state in
            guard let place = state.recent.firstIndex(where: { $0.key == key }) else { return nil }
            let entry = state.recent.remove(at: place)
            state.recent.append(entry)
            return entry.logs
        }
    }

    func keep(_ logs: Logs, for key: AttemptKey) {
        state.withLock { state in
            state.recent.removeAll { $0.key == key || $0.logs.isDeleted }
            state.recent.append((key, logs))
            if state.recent.count > Self.limit { state.recent.removeFirst() }
            if !state.isSweepDue { sweepLater(&state) }
        }
    }

    private func sweepLater(_ state: inout State) {
        state.isSweepDue = true
        let milliseconds = Int(interval / .milliseconds(1))
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { [weak self] in self?.sweep() }
    }

    private func sweep() {
        state.withLock { state in
            state.isSweepDue = false
            state.recent.removeAll { $0.logs.isDeleted }
            if !state.recent.isEmpty { sweepLater(&state) }
        }
    }
}

extension LocalEngine {
    /// The longest piece that is read at once, whatever is asked for.
    private static let longestPiece = 1 << 20

    package func readOutput(
        _ attempt: AttemptKey, _ stream: OutputStream, from offset: Int64, limit: Int
    ) async throws(EngineError) -> OutputPiece? {
        guard offset >= 0, limit > 0 else { return nil }
        let logs = try await logs(of: attempt)
        let log = stream == .standardOutput ? logs.out : logs.err
        do {
            return try Self.piece(of: log, from: offset, limit: min(limit, Self.longestPiece))
        } catch {
            throw .failed(detail: error.text)
        }
    }

    package func outputEnd(_ attempt: AttemptKey, _ stream: OutputStream) async throws(EngineError) -> Int64? {
        let logs = try await logs(of: attempt)
        return Files.status(of: stream == .standardOutput ? logs.out : logs.err).map { Int64($0.st_size) }
    }

    private func logs(of attempt: AttemptKey) async throws(EngineError) -> OutputCache.Logs {
        if let known = outputs[attempt], !known.isDeleted { return known }
        let reply = try await ask(.openOutput(attempt))
        guard reply.descriptors.count == 2 else { throw .noDescriptor }
        let logs = OutputCache.Logs(out: reply.descriptors[0], err: reply.descriptors[1])
        outputs.keep(logs, for: attempt)
        return logs
    }

    /// Reads up to the next hole; in a hole, says how long it is.
    private static func piece(of log: Descriptor, from offset: Int64, limit: Int) throws(SystemFailure) -> OutputPiece? {
        while true {
            let data = linux_seek_data(log.number, offset)
            // Behind the end, or in a hole that reaches it, which a log never ends with.
            if data == -Int64(ENXIO) { return nil }
            if try checked(data, "read a log") > offset { return .gap(offset: offset, bytes: data - offset) }
            let hole = try checked(linux_seek_hole(log.number, offset), "read a log")
            let wanted = Int(min(Int64(limit), hole - offset))
            var bytes = [UInt8](repeating: 0, count: wanted)
            let count = bytes.withUnsafeMutableBytes { pread(log.number, $0.baseAddress, $0.count, off_t(offset)) }
            guard count >= 0 else { throw SystemFailure("read a log") }
            if count == 0 { return nil }
            // What has become a hole meanwhile was read as zeros.
            let end = offset + Int64(count)
            guard linux_seek_data(log.number, offset) == offset, linux_seek_hole(log.number, offset) >= end else {
                continue
            }
            return .bytes(offset: offset, bytes: Array(bytes[..<count]))
        }
    }
}
