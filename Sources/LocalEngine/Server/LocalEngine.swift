import CLinux
package import EngineInterface
package import FleetModel
import Foundation
import Synchronization

/// Runs work on this machine: the server's half, which asks the launcher over the control socket.
///
/// The list is kept true by what the launcher tells, so that asking for it costs nothing.
package final class LocalEngine: EngineDriver, AttemptConsole, Sendable {
    package let changes: AsyncStream<Void>

    private let control: Descriptor
    private let changed: AsyncStream<Void>.Continuation
    private let state = Mutex(State())
    /// One frame at a time; apart from the state, since writing may wait.
    private let writing = Mutex(())
    let outputs = OutputCache()
    let consoles = ConsoleCache()

    private struct State {
        var list: [AttemptKey: AttemptStatus] = [:]
        var lastID: UInt64 = 0
        var waiting: [UInt64: CheckedContinuation<Reply, any Error>] = [:]
        /// Resumed when the greeting has come, or can't come any more.
        var greeting: CheckedContinuation<Void, Never>?
        var isGreeted = false
        /// Why the launcher is away.
        var lost: String?
    }

    struct Reply: Sendable {
        let answer: Answer
        let descriptors: [Descriptor]
    }

    /// Takes over the control descriptor and waits for the launcher's greeting.
    /// - Parameter onLost: called once, when the launcher is away; the process should say so and end with
    ///   `Launcher.launcherLostStatus`.
    package init(control: Int32, onLost: @escaping @Sendable (String) -> Void) async throws(EngineError) {
        self.control = Descriptor(control)
        _ = fcntl(control, F_SETFD, FD_CLOEXEC)
        (changes, changed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        // A thread of its own, since it waits for the socket; it ends with the launcher.
        let thread = Thread { [self] in
            let reason = listen()
            lose(reason)
            onLost(reason)
        }
        thread.name = "launcher"
        thread.start()
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if state.isGreeted || state.lost != nil { return true }
                state.greeting = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
        if let lost = state.withLock({ $0.lost }) { throw .unreachable(detail: lost) }
    }

    // MARK: EngineDriver

    package func launch(_ order: LaunchOrder) async throws(EngineError) { try await perform(.launch(order)) }

    package func stop(_ attempt: AttemptKey, force: Bool) async throws(EngineError) {
        try await perform(.stop(attempt, force: force))
    }

    package func list() async throws(EngineError) -> [AttemptStatus] {
        let (list, lost) = state.withLock { (Array($0.list.values), $0.lost) }
        if let lost { throw .unreachable(detail: lost) }
        return list.sorted { $0.key < $1.key }
    }

    package func verify(_ attempt: AttemptKey, devices: [Device]) async throws(EngineError) -> [CleanCheck] {
        guard case .checks(let checks) = try await ask(.verify(attempt, devices: devices)).answer else { throw .nonsense }
        return checks
    }

    package func forget(_ attempt: AttemptKey) async throws(EngineError) {
        try await perform(.forget(attempt))
        consoles.close(attempt)
    }

    // MARK: More than an engine must

    /// Whether the process at the other end of a client's socket may log in by its credentials.
    package func judgePeer(pid: Int32) async throws(EngineError) -> PeerVerdict {
        guard case .peer(let verdict) = try await ask(.judgePeer(pid: pid)).answer else { throw .nonsense }
        return verdict
    }

    /// What keeps work apart on this machine, found by trying it.
    package func report() async throws(EngineError) -> SandboxReport {
        guard case .report(let report) = try await ask(.report).answer else { throw .nonsense }
        return report
    }

    /// What attempts and their logs occupy on the disk, in bytes. Takes a look at every file.
    package func usedBytes() async throws(EngineError) -> Int64 {
        guard case .bytes(let bytes) = try await ask(.usedBytes).answer else { throw .nonsense }
        return bytes
    }

    /// Tells the launcher that clients are answered; it tells the service manager, if one waits for it.
    package func announceReady() async throws(EngineError) { try await perform(.ready) }

    // MARK: Asking

    private func perform(_ request: Ask) async throws(EngineError) {
        guard case .done = try await ask(request).answer else { throw .nonsense }
    }

    func ask(_ question: Ask) async throws(EngineError) -> Reply {
        let reply: Reply
        do {
            reply = try await withCheckedThrowingContinuation { continuation in submit(question, continuation) }
        } catch let error as EngineError {
            throw error
        } catch {
            throw .failed(detail: "\(error)")
        }
        switch reply.answer {
        case .storageFull(let detail): throw .storageFull(detail: detail)
        case .failed(let detail): throw .failed(detail: detail)
        default: return reply
        }
    }

    private func submit(_ question: Ask, _ continuation: CheckedContinuation<Reply, any Error>) {
        let (id, lost) = state.withLock { state in
            state.lastID += 1
            if state.lost == nil { state.waiting[state.lastID] = continuation }
            return (state.lastID, state.lost)
        }
        if let lost { return continuation.resume(throwing: EngineError.unreachable(detail: lost)) }
        let frame = FrameCoding.encode(Request(id: id, ask: question))
        // A failure shows at the reading end too, which then answers everything that waits.
        writing.withLock { _ in
            var rest = frame[...]
            while !rest.isEmpty {
                let sent = rest.withUnsafeBytes { linux_send(control.number, $0.baseAddress, $0.count, nil, 0, true) }
                guard sent > 0 else { return }
                rest = rest.dropFirst(sent)
            }
        }
    }

    // MARK: Listening

    /// Returns when nothing more can come, with the reason.
    private func listen() -> String {
        var reader = FrameReader()
        do {
            while true {
                while let frame = try reader.next() {
                    guard let message = try? JSONDecoder().decode(Message.self, from: frame.body) else {
                        return "the launcher speaks another language; it is of another version"
                    }
                    if let trouble = take(message, frame.descriptors) { return trouble }
                }
                try reader.fill(from: control.number, blocking: true)
            }
        } catch {
            return "the launcher has ended"
        }
    }

    private func take(_ message: Message, _ descriptors: [Descriptor]) -> String? {
        switch message {
        case .hello(let hello):
            guard hello.version == Hello.currentVersion else { return "the launcher is of another version" }
            let greeting = state.withLock { state in
                for status in hello.list { state.list[status.key] = status }
                state.isGreeted = true
                defer { state.greeting = nil }
                return state.greeting
            }
            greeting?.resume()
            changed.yield()
        case .changed(let statuses, let gone):
            state.withLock { state in
                for status in statuses { state.list[status.key] = status }
                for key in gone { state.list[key] = nil }
            }
            changed.yield()
        case .answer(let id, let answer):
            let continuation = state.withLock { $0.waiting.removeValue(forKey: id) }
            continuation?.resume(returning: Reply(answer: answer, descriptors: descriptors))
        }
        return nil
    }

    private func lose(_ reason: String) {
        let (waiting, greeting) = state.withLock { state in
            state.lost = reason
            defer {
                state.waiting = [:]
                state.greeting = nil
            }
            return (state.waiting, state.greeting)
        }
        greeting?.resume()
        for (_, continuation) in waiting { continuation.resume(throwing: EngineError.unreachable(detail: reason)) }
        changed.finish()
    }
}

extension EngineError {
    static let nonsense = EngineError.failed(detail: "the launcher's answer does not fit the question")
}
