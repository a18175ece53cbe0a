import ArgumentParser
import FleetModel
import Foundation
import Glibc
import WireClient
import WireModel

/// Shows work's terminal in the user's own: what it writes, what is typed, its size; and leaves it alone when the user goes.
actor TerminalFollower {
    private let client: CheckoutClient
    private let id: Int64
    /// It was asked for just now, by this program: what still waits is cancelled with it.
    private let isNew: Bool
    private let keyboard = Keyboard()
    /// Tells this writer from others on the same terminal.
    private var writer = UInt64.random(in: 1...UInt64.max)
    private var offset: Int64 = 0
    /// What comes next begins anywhere.
    private var hasSkipped = false
    /// Up to here it is old: written before anybody sat here.
    private var old: Int64
    private var filter = ReplayFilter()
    private var interrupts = 0
    private var beginning: Task<Void, Never>?
    private var toldNotices: Set<String> = []
    private var tasks: [Task<Void, Never>] = []

    /// How long a server that is away is waited for.
    private static let patience = Duration.seconds(300)
    /// So much is left out at most where a line is to begin.
    private static let longestStart = 4_096

    private init(_ client: CheckoutClient, _ id: Int64, isNew: Bool, old: Int64) {
        var quiet = client
        quiet.whenUnanswered = nil
        self.client = quiet
        self.id = id
        self.isNew = isNew
        self.old = old
    }

    /// To the end of the work, with whose code it leaves, or until the user leaves.
    static func run(_ client: CheckoutClient, _ id: Int64, isNew: Bool, old: Int64 = 0) async throws {
        let follower = TerminalFollower(client, id, isNew: isNew, old: old)
        let end: RequestView
        do {
            end = try await follower.follow()
        } catch {
            RawTerminal.close(isSpeaking: true)
            throw error
        }
        RawTerminal.close(isSpeaking: RunCommand.needsWords(end))
        try RunCommand.leave(end)
    }

    private func follow() async throws(ClientError) -> RequestView {
        // In front of all else: it gets the terminal's Ctrl-C until keys go to the work.
        tasks.append(Task { for await _ in Interrupts.all { await interrupt() } })
        tasks.append(Task { await watchBeginning() })
        defer { for task in tasks { task.cancel() } }
        var end = try await receive()
        if end.state == "cancelled", interrupts > 0 { end.exitCode = 130 }
        return end
    }

    // MARK: What the work writes

    private func receive() async throws(ClientError) -> RequestView {
        var awaySince: ContinuousClock.Instant?
        while true {
            var end: RequestView?
            do {
                try await client.followConsole(id, output: offset, error: 0, latest: true) { frame in
                    if awaySince != nil {
                        awaySince = nil
                        RawTerminal.say("the server is back")
                    }
                    if let view = try await take(frame) { end = view }
                }
            } catch let error as ClientError {
                if case .problem = error { throw error }
                if case .malformed = error { throw error }
            } catch {
                throw .interrupted(detail: "\(error)")
            }
            if let end, end.exitCode != nil { return end }
            if awaySince == nil, end == nil {
                awaySince = .now
                RawTerminal.say(
                    "the server is away; the work goes on. Trying again for 5 minutes; \(LeaveKeys.words) leaves")
            }
            if let awaySince, .now - awaySince > Self.patience {
                throw .interrupted(detail: "the server did not come back; `carrel attach \(id)` tries again")
            }
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    private func take(_ frame: ConsoleFrame) async throws -> RequestView? {
        switch frame.kind {
        case .standardOutput: await show(frame)
        case .outputGap:
            hasSkipped = true
            offset = frame.offset + (Int64(String(decoding: frame.payload, as: UTF8.self)) ?? 0)
        case .notice:
            let notice = try JSONDecoder().decode(NoticeView.self, from: Data(frame.payload))
            if toldNotices.insert("\(notice.kind) \(notice.at)").inserted { RawTerminal.say(notice.lines) }
        case .end: return try JSONDecoder().decode(RequestView.self, from: Data(frame.payload))
        case .standardError, .errorGap, .heartbeat, .size: break
        }
        return nil
    }

    private func show(_ frame: ConsoleFrame) async {
        await begin()
        let bytes = frame.payload, count = Int(max(0, min(Int64(bytes.count), old - frame.offset)))
        offset = frame.offset + Int64(bytes.count)
        var start = 0
        if hasSkipped {
            hasSkipped = false
            // Not in the middle of a character, or of a command to the terminal.
            if let line = bytes.prefix(Self.longestStart).firstIndex(of: UInt8(ascii: "\n")) { start = line + 1 }
        }
        var shown: [UInt8] = []
        if count > start { shown = filter.take(bytes[start..<count]) }
        if count < bytes.count { shown += filter.finish() + bytes[max(start, count)...] }
        RawTerminal.show(shown)
    }

    // MARK: What is typed

    private var leftWords: String { "left; request \(id) goes on, and `carrel attach \(id)` comes back" }

    /// The work runs: from now on keys are its own. Once, however many find it out.
    private func begin() async {
        if beginning == nil { beginning = Task { await open() } }
        await beginning?.value
    }

    private func open() async {
        if isNew, let view = try? await client.get("/v1/requests/\(id)", as: RequestView.self) { announce(view) }
        if !isNew { RawTerminal.say("attached to request \(id); \(LeaveKeys.words) leaves, and it goes on") }
        RawTerminal.open { [weak self] event in
            guard let self else { return }
            Task { await self.tellSize(redraw: event == .continued) }
        }
        let words = leftWords
        keyboard.start { isGone in RawTerminal.leave(isGone ? 129 : 0, saying: isGone ? nil : words) }
        tasks.append(Task { await send() })
        let isNew = isNew
        tasks.append(Task { await tellSize(redraw: !isNew) })
    }

    private func send() async {
        var typed: Int64 = 0
        for await _ in keyboard.rings {
            while !Task.isCancelled {
                let piece = keyboard.next
                if piece.isEmpty { break }
                do throws(ClientError) {
                    let path = "/v1/leases/\(id)/input?offset=\(typed)&writer=\(String(writer, radix: 16))"
                    let accepted = try await client.put(path, bytes: piece, as: InputAccepted.self).accepted
                    if accepted < typed {
                        // So many others have typed since that this one was forgotten: it goes on as another.
                        writer = UInt64.random(in: 1...UInt64.max)
                        typed = 0
                        continue
                    }
                    let taken = min(accepted - typed, Int64(piece.count))
                    keyboard.sent(Int(taken))
                    typed += taken
                    // The program reads nothing at the moment.
                    if taken == 0 { try? await Task.sleep(for: .milliseconds(50)) }
                } catch {
                    if case .problem(let problem) = error, problem.status < 500 {
                        if problem.status == 403 { RawTerminal.say(problem.detail + " You may look on.") }
                        // Else it is over: the other end tells how.
                        return
                    }
                    try? await Task.sleep(for: .milliseconds(300))
                }
            }
        }
    }

    private func tellSize(redraw: Bool) async {
        for _ in 0..<100 {
            let size = RawTerminal.size
            do throws(ClientError) {
                _ = try await client.send(
                    .put, "/v1/leases/\(id)/terminal",
                    TerminalBody(rows: size.rows, columns: size.columns, redraw: redraw), as: TerminalView.self,
                    wait: .seconds(60))
                return
            } catch {
                if case .problem(let problem) = error, problem.status < 500 { return }
                try? await Task.sleep(for: .milliseconds(300))
            }
        }
    }

    // MARK: Until it runs

    private func watchBeginning() async {
        var view: RequestView?
        var saidWhy = false
        while !Task.isCancelled, beginning == nil {
            let path = "/v1/requests/\(id)" + (view.map { "?unless=\($0.state)&wait=\(saidWhy ? 30 : 1)" } ?? "")
            do throws(ClientError) {
                let next = try await client.get(path, as: RequestView.self, wait: .seconds(60))
                if next.isOver { return }
                if next.state == "running" { return await begin() }
                if next.state == "waiting", view != nil, !saidWhy {
                    let why = try await client.get("/v1/requests/\(id)/why", as: WhyView.self)
                    saidWhy = true
                    if why.state == next.state { Exit.say("request \(id) waits. " + why.sentences.joined(separator: " ")) }
                }
                view = next
            } catch {
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func announce(_ view: RequestView) {
        guard let lease = view.lease else { return }
        let devices =
            lease.devices.isEmpty ? "\(lease.node), without GPU," : lease.devices.map(\.model).joined(separator: ", ")
        Exit.say(
            "lease \(id) on \(devices) until \(LocalTime.moment(lease.endsAt)); \(LeaveKeys.words) leaves, and "
                + "`carrel attach \(id)` comes back")
    }

    /// Ctrl-C while it waits: what was asked for just now is cancelled, anything else left alone. Later it is a key like others.
    private func interrupt() async {
        interrupts += 1
        guard isNew, interrupts == 1, !RawTerminal.isOpen else {
            RawTerminal.leave(130, saying: leftWords)
        }
        _ = try? await client.send(.post, "/v1/leases/\(id)/return", nil, as: RequestView.self)
    }
}
