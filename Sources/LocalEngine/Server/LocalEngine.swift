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
    /// One frame at a time, on a thread that may wait: a launcher that does not read holds up nobody else.
    private let writing = DispatchQueue(label: "launcher.writing")
    private let patience: Patience
    let outputs = OutputCache()
    let consoles = ConsoleCache()
    let fed = FedInput()
    let helpers = HelperTable()

    private struct State {
        var list: [AttemptKey: AttemptStatus] = [:]
        var lastID: UInt64 = 0
        var waiting: [UInt64: Waiter] = [:]
        /// When the next look is taken at who has waited too long.
        var nextLook: SuspendingClock.Instant?
        /// Resumed when the greeting has come, or can't come any more.
        var greeting: CheckedContinuation<Void, Never>?
        var isGreeted = false
        /// Why the launcher is away.
        var lost: String?
    }

    private struct Waiter {
        let continuation: CheckedContinuation<Reply, any Error>
        let deadline: SuspendingClock.Instant
        let patience: Duration
    }

    /// How long an answer may take before the launcher counts as out of reach. What was asked stays owed, and the caller
    /// asks again; each question is asked any number of times with one effect.
    package struct Patience: Sendable {
        var usual: Duration
        /// The launcher repeats a look at devices that comes to no end.
        var verify: Duration

        package init(usual: Duration = .seconds(60), verify: Duration = .seconds(180)) {
            self.usual = usual
            self.verify = verify
        }

        fileprivate func of(_ question: Ask) -> Duration { if question.looksForHolders { verify } else { usual } }
    }

    struct Reply: Sendable {
        let answer: Answer
        let descriptors: [Descriptor]
    }

    /// Takes over the control descriptor and waits for the launcher's greeting.
    /// - Parameter onLost: called once, when the launcher is away; the process should say so and end with
    ///   `Launcher.tryAgainStatus`.
    package init(
        control: Int32, patience: Patience = Patience(), onLost: @escaping @Sendable (String) -> Void
    ) async throws(EngineError) {
        self.patience = patience
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

    package func holders(of devices: [Device]) async throws(EngineError) -> DeviceHolders {
        guard case .holders(let holders) = try await ask(.holders(devices)).answer else { throw .nonsense }
        return holders
    }

    package func endHolder(_ pid: Int32, of device: Device, force: Bool) async throws(EngineError) -> HolderEnd {
        guard case .holderEnd(let end) = try await ask(.endHolder(pid: pid, device, force: force)).answer else {
            throw .nonsense
        }
        return end
    }

    package func forget(_ attempt: AttemptKey) async throws(EngineError) {
        try await perform(.forget(attempt))
        consoles.close(attempt)
        fed.forget(attempt)
    }

    package func use(of attempts: [AttemptKey]) async throws(EngineError) -> [AttemptUse] {
        guard case .uses(var uses) = try await ask(.use(attempts)).answer else { throw .nonsense }
        for place in uses.indices { uses[place].inputBytes = fed[uses[place].key] }
        return uses
    }

    // MARK: More than an engine must

    /// Whether the process at the other end of a client's socket may log in by its credentials.
    /// - Parameters:
    ///   - pid: as the socket's credentials name it.
    ///   - process: a descriptor of it (`SO_PEERPIDFD`), which stays the caller's; it goes before the number, which may
    ///     have been given to another process since. Nil on a kernel that has none (before Linux 6.5).
    package func judgePeer(pid: Int32, process: Int32? = nil) async throws(EngineError) -> PeerVerdict {
        let reply: Reply
        if let process {
            let own = fcntl(process, F_DUPFD_CLOEXEC, 0)
            guard own >= 0 else { throw .failed(detail: SystemFailure("judge a peer").text) }
            reply = try await ask(.judgePeerProcess, Descriptor(own))
        } else {
            reply = try await ask(.judgePeer(pid: pid))
        }
        guard case .peer(let verdict) = reply.answer else { throw .nonsense }
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

    func ask(_ question: Ask, _ descriptor: Descriptor? = nil) async throws(EngineError) -> Reply {
        let reply: Reply
        do {
            reply = try await withCheckedThrowingContinuation { continuation in
                submit(question, descriptor, continuation)
            }
        } catch let error as EngineError {
            throw error
        } catch {
            throw .failed(detail: "\(error)")
        }
        switch reply.answer {
        case .alreadyOver: throw .alreadyOver
        case .outputExpired(let kept): throw .outputExpired(kept: kept)
        case .storageFull(let detail): throw .storageFull(detail: detail)
        case .exhausted(let detail):
            throw .failed(detail: "\(detail); the machine is at its limit, and it is tried again")
        case .failed(let detail): throw .failed(detail: detail)
        default: return reply
        }
    }

    private func submit(_ question: Ask, _ descriptor: Descriptor?, _ continuation: CheckedContinuation<Reply, any Error>) {
        let patience = patience.of(question), deadline = SuspendingClock.now + patience
        let (id, lost) = state.withLock { state in
            state.lastID += 1
            if state.lost == nil {
                state.waiting[state.lastID] = Waiter(continuation: continuation, deadline: deadline, patience: patience)
            }
            return (state.lastID, state.lost)
        }
        if let lost { return continuation.resume(throwing: EngineError.unreachable(detail: lost)) }
        lookAgain(at: deadline)
        let frame = FrameCoding.encode(Request(id: id, ask: question), descriptors: descriptor == nil ? 0 : 1)
        writing.async { [self] in
            // Nobody waits for it any more: whoever needs it asks again.
            guard state.withLock({ $0.waiting[id] != nil }) else { return }
            // A failure shows at the reading end too, which then answers everything that waits.
            var rest = frame[...], passed = descriptor.map { [$0.number] } ?? []
            while !rest.isEmpty {
                let sent = withExtendedLifetime(descriptor) {
                    rest.withUnsafeBytes {
                        linux_send(control.number, $0.baseAddress, $0.count, passed, passed.count, true)
                    }
                }
                guard sent > 0 else { return }
                rest = rest.dropFirst(sent)
                // It goes with the first byte.
                passed = []
            }
        }
    }

    // MARK: Waiting

    /// One look at a time is due, however many wait.
    private func lookAgain(at deadline: SuspendingClock.Instant) {
        let isSooner = state.withLock { state in
            if let next = state.nextLook, next <= deadline { return false }
            state.nextLook = deadline
            return true
        }
        guard isSooner else { return }
        let delay = max(.zero, deadline - SuspendingClock.now) / .milliseconds(1)
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(delay) + 1)) { [weak self] in
            self?.endOverdue(deadline)
        }
    }

    private func endOverdue(_ look: SuspendingClock.Instant) {
        let now = SuspendingClock.now
        let (overdue, next) = state.withLock { state -> ([Waiter], SuspendingClock.Instant?) in
            let overdue = state.waiting.filter { $0.value.deadline <= now }
            for id in overdue.keys { state.waiting[id] = nil }
            // A sooner look has taken this one's place, and sees to the next.
            guard state.nextLook == look else { return (Array(overdue.values), nil) }
            state.nextLook = nil
            return (Array(overdue.values), state.waiting.values.map(\.deadline).min())
        }
        for waiter in overdue { waiter.continuation.resume(throwing: EngineError.silent(waiter.patience)) }
        if let next { lookAgain(at: next) }
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
            // One that comes too late has nobody who waits for it; its descriptors are closed.
            let waiter = state.withLock { $0.waiting.removeValue(forKey: id) }
            waiter?.continuation.resume(returning: Reply(answer: answer, descriptors: descriptors))
        case .helperEnded(let number, let status): helpers.ended(number, status)
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
        for waiter in waiting.values { waiter.continuation.resume(throwing: EngineError.unreachable(detail: reason)) }
        changed.finish()
    }
}

extension EngineError {
    static func silent(_ patience: Duration) -> EngineError {
        .unreachable(
            detail: "the launcher has not answered for \(patience.components.seconds) seconds; work that runs goes on, and "
                + "what was asked is asked again")
    }

    static let noDescriptor = EngineError.failed(
        detail: "the server has no room for another open file; what was asked may be asked again")
    static let nonsense = EngineError.failed(detail: "the launcher's answer does not fit the question")
}
