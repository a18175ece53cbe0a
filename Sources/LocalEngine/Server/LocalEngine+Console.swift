import CLinux
package import EngineInterface
package import FleetModel
import Foundation
import Synchronization

/// The open connections to attempts that were fed lately. One conversation at a time on each.
final class ConsoleCache: Sendable {
    private static let limit = 64
    private let recent = Mutex<[(key: AttemptKey, console: AttachClient)]>([])

    subscript(key: AttemptKey) -> AttachClient? {
        recent.withLock { recent in recent.last { $0.key == key }?.console }
    }

    func keep(_ console: AttachClient, for key: AttemptKey) {
        recent.withLock { recent in
            recent.removeAll { $0.key == key }
            recent.append((key, console))
            if recent.count > Self.limit { recent.removeFirst() }
        }
    }

    func close(_ key: AttemptKey) { recent.withLock { $0.removeAll { $0.key == key } } }
}

/// A connection to carrel-init, as laid out in `carrel-init/attach.c`.
final class AttachClient: Sendable {
    enum Kind: UInt8 { case input = 1, signal = 2, type = 3, size = 4, connect = 5 }

    struct Answer: Sendable {
        let value: UInt64
        /// That came with it.
        var descriptor: Descriptor?
    }

    /// The longest piece of input in one frame.
    static let longestPayload = 65_536
    private static let answerBytes = 16

    private let socket: Descriptor
    private let queue = DispatchQueue(label: "attach")

    init(_ socket: Descriptor) {
        self.socket = socket
        // carrel-init answers at once or is gone; only a stopped machine would be late.
        _ = fcntl(socket.number, F_SETFL, 0)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(socket.number, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    /// Sends a frame and waits for its answer; nil: the other end is gone.
    func converse(_ kind: Kind, flags: UInt8 = 0, value: UInt64, payload: [UInt8] = []) async -> Answer? {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: self.exchange(kind, flags, value, payload)) }
        }
    }

    static func frame(_ kind: Kind, flags: UInt8 = 0, value: UInt64, payload: [UInt8] = []) -> [UInt8] {
        var frame: [UInt8] = [1, kind.rawValue, flags, 0]
        withUnsafeBytes(of: UInt32(payload.count)) { frame.append(contentsOf: $0) }
        withUnsafeBytes(of: value) { frame.append(contentsOf: $0) }
        return frame + payload
    }

    private func exchange(_ kind: Kind, _ flags: UInt8, _ value: UInt64, _ payload: [UInt8]) -> Answer? {
        var rest = Self.frame(kind, flags: flags, value: value, payload: payload)[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { linux_send(socket.number, $0.baseAddress, $0.count, nil, 0, true) }
            guard sent > 0 else { return nil }
            rest = rest.dropFirst(sent)
        }
        var answer: [UInt8] = [], passed: [Descriptor] = []
        while answer.count < Self.answerBytes {
            var part = [UInt8](repeating: 0, count: Self.answerBytes - answer.count)
            var numbers = [Int32](repeating: -1, count: 8), count = 0
            let got = part.withUnsafeMutableBytes {
                linux_receive(socket.number, $0.baseAddress, $0.count, &numbers, &count, nil, true)
            }
            passed += numbers.prefix(count).map { Descriptor($0) }
            guard got > 0 else { return nil }
            answer += part[..<got]
        }
        let number = answer.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self) }
        return Answer(value: number, descriptor: passed.first)
    }
}

extension LocalEngine {
    package func writeInput(
        _ attempt: AttemptKey, offset: Int64, bytes: [UInt8], end: Bool
    ) async throws(EngineError) -> Int64 {
        guard offset >= 0, offset <= Int64.max - Int64(bytes.count) else {
            throw .failed(detail: "the offset \(offset) is none of an input")
        }
        var at = 0
        while true {
            let part = Array(bytes[at...].prefix(AttachClient.longestPayload))
            let isLast = at + part.count == bytes.count
            let value = UInt64(offset) + UInt64(at)
            let taken = try await converse(attempt, .input, flags: end && isLast ? 1 : 0, value: value, payload: part)
            let reached = Int64(clamping: taken.value)
            // An empty piece asks how far it is, and is nobody's word.
            if !part.isEmpty { fed.note(attempt, upTo: reached) }
            if isLast || reached < offset + Int64(at + part.count) { return reached }
            at += part.count
        }
    }

    package func signal(_ attempt: AttemptKey, _ number: Int32) async throws(EngineError) {
        guard (1...64).contains(number) else { throw .failed(detail: "there is no signal \(number)") }
        let error = try await converse(attempt, .signal, value: UInt64(number)).value
        // The group is empty: whom the signal was for has ended.
        if error != 0 && error != UInt64(ESRCH) {
            throw .failed(detail: SystemFailure("signal attempt \(attempt)", Int32(clamping: error)).text)
        }
    }

    /// A connection that has been idle may have ended with the work, or with its launcher: one more is tried.
    func converse(
        _ attempt: AttemptKey, _ kind: AttachClient.Kind, flags: UInt8 = 0, value: UInt64, payload: [UInt8] = []
    ) async throws(EngineError) -> AttachClient.Answer {
        if let known = consoles[attempt] {
            if let answer = await known.converse(kind, flags: flags, value: value, payload: payload) { return answer }
            consoles.close(attempt)
        }
        let reply = try await ask(.openConsole(attempt))
        guard let socket = reply.descriptors.first else { throw .noDescriptor }
        let console = AttachClient(socket)
        guard let answer = await console.converse(kind, flags: flags, value: value, payload: payload) else {
            throw .failed(detail: "attempt \(attempt) does not take input: it is ending")
        }
        consoles.keep(console, for: attempt)
        return answer
    }
}
