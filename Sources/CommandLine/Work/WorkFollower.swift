import Foundation
import Glibc
import WireClient
import WireModel

/// Follows work to its end: its output comes out here, what is typed goes in, Ctrl-C reaches it, and a server that is
/// away for a while is waited for.
actor WorkFollower {
    /// Says that nobody answers; once the server is known, `receive` has words of its own for that.
    private let client: CheckoutClient
    private let quiet: CheckoutClient
    private let id: Int64
    /// Says each step; otherwise only that it waits, and then that it starts.
    private let isTalkative: Bool
    private let timeIsDefault: Bool
    private var outputOffset: Int64 = 0
    private var errorOffset: Int64 = 0
    private var interrupts = 0
    private var toldNotices: Set<String> = []
    /// The server has answered about this request: should it go away, it is waited for.
    private var isKnown: Bool

    /// Nobody reads standard output any more.
    private struct OutputClosed: Error {}

    /// How long a server that is away is waited for.
    private static let patience = Duration.seconds(300)

    /// - Parameters:
    ///   - isTalkative: says each step on standard error; otherwise only a wait and its end are said there.
    ///   - isKnown: the server has taken the request in.
    ///   - timeIsDefault: nobody said how long the lease may last, so that its end is news.
    init(_ client: CheckoutClient, _ id: Int64, isTalkative: Bool, isKnown: Bool, timeIsDefault: Bool) {
        self.isKnown = isKnown
        self.timeIsDefault = timeIsDefault
        self.client = client
        var quiet = client
        quiet.whenUnanswered = nil
        self.quiet = quiet
        self.id = id
        self.isTalkative = isTalkative
    }

    /// Returns how it ended.
    /// - Parameter sendInput: passes standard input on.
    func follow(sendInput: Bool) async throws(ClientError) -> RequestView {
        // Each in a task of its own: one that waits for the server must not hold up the next.
        let signals = Task { for await _ in Interrupts.all { Task { await interrupt() } } }
        let input = sendInput ? Task { await InputPump(quiet, id).run() } : nil
        let progress = Task { await tellProgress() }
        defer {
            signals.cancel()
            input?.cancel()
            progress.cancel()
        }
        var end = try await receive()
        // A shell expects 130 of what Ctrl-C ended; work that ran has a code of its own.
        if end.state == "cancelled", interrupts > 0 { end.exitCode = 130 }
        return end
    }

    private func receive() async throws(ClientError) -> RequestView {
        var awaySince: ContinuousClock.Instant?
        while true {
            var end: RequestView?
            do {
                try await (isKnown ? quiet : client).followConsole(id, output: outputOffset, error: errorOffset) { frame in
                    isKnown = true
                    if awaySince != nil {
                        awaySince = nil
                        Exit.say("the server is back")
                    }
                    if let view = try take(frame) { end = view }
                }
            } catch let error as ClientError {
                if case .problem = error { throw error }
                if case .malformed = error { throw error }
                if case .unreachable = error, !isKnown { throw error }
            } catch is OutputClosed {
                // As in `yes | head`: who no longer reads wants no more of it.
                _ = try await quiet.send(.post, "/v1/leases/\(id)/return", nil, as: RequestView.self)
                exit(141)
            } catch {
                throw .interrupted(detail: "\(error)")
            }
            if let end, end.exitCode != nil { return end }
            if awaySince == nil, end == nil {
                awaySince = .now
                Exit.say(
                    "the server is away; the work goes on. Trying again for 5 minutes; `carrel attach \(id)` comes back later"
                )
            }
            if let awaySince, .now - awaySince > Self.patience {
                throw .interrupted(detail: "the server did not come back; `carrel attach \(id)` tries again")
            }
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    private func take(_ frame: ConsoleFrame) throws -> RequestView? {
        switch frame.kind {
        case .standardOutput:
            if !Terminal.writes(frame.payload, to: 1) { throw OutputClosed() }
            outputOffset = frame.offset + Int64(frame.payload.count)
        case .standardError:
            Terminal.write(frame.payload, to: 2)
            errorOffset = frame.offset + Int64(frame.payload.count)
        case .outputGap:
            outputOffset = frame.offset + tellGap(frame, of: "standard output")
        case .errorGap:
            errorOffset = frame.offset + tellGap(frame, of: "standard error")
        case .heartbeat, .size: break
        case .notice: tell(try JSONDecoder().decode(NoticeView.self, from: Data(frame.payload)))
        case .end: return try JSONDecoder().decode(RequestView.self, from: Data(frame.payload))
        }
        return nil
    }

    /// Once, also where the server was away in between.
    private func tell(_ notice: NoticeView) {
        guard toldNotices.insert("\(notice.kind) \(notice.at)").inserted else { return }
        Exit.say(notice.lines)
    }

    private func tellGap(_ frame: ConsoleFrame, of stream: String) -> Int64 {
        let count = Int64(String(decoding: frame.payload, as: UTF8.self)) ?? 0
        Exit.say("\(count) bytes of \(stream) are not kept: the log holds the first and the last part")
        return count
    }

    /// Ctrl-C: interrupts the work, or cancels what still waits; again: ends the lease; again: leaves it alone.
    private func interrupt() async {
        interrupts += 1
        do throws(ClientError) {
            switch interrupts {
            case 1:
                if try await quiet.get("/v1/requests/\(id)", as: RequestView.self).state == "waiting" {
                    interrupts = max(interrupts, 2)
                    _ = try await quiet.send(.post, "/v1/leases/\(id)/return", nil, as: RequestView.self)
                    return
                }
                Exit.say("interrupting the work; Ctrl-C again ends the lease")
                try await quiet.tell(.post, "/v1/leases/\(id)/signal", SignalBody(signal: "interrupt"))
            case 2:
                Exit.say("ending lease \(id); Ctrl-C again leaves without waiting")
                _ = try await quiet.send(.post, "/v1/leases/\(id)/return", nil, as: RequestView.self)
            default:
                Exit.say("left; `carrel attach \(id)` comes back")
                exit(130)
            }
        } catch {
            if interrupts > 2 { exit(130) }
        }
    }

    private func tellProgress() async {
        // Most requests don't wait: those of programs then cost no call more.
        if !isTalkative { try? await Task.sleep(for: .seconds(1)) }
        var view: RequestView?
        var saidWhy = false
        while !Task.isCancelled {
            let path = "/v1/requests/\(id)" + (view.map { "?unless=\($0.state)&wait=\(saidWhy ? 30 : 1)" } ?? "")
            do throws(ClientError) {
                let next = try await quiet.get(path, as: RequestView.self, wait: .seconds(60))
                if next.state == "waiting", view != nil || !isTalkative, !saidWhy {
                    let why = try await quiet.get("/v1/requests/\(id)/why", as: WhyView.self)
                    if why.state == next.state {
                        saidWhy = true
                        Exit.say("request \(id) waits. " + why.sentences.joined(separator: " "))
                    }
                }
                if next.state != view?.state, isTalkative || saidWhy { announce(next) }
                view = next
                if next.isOver { return }
                // What did not wait, or runs now, has nothing more to say.
                if !isTalkative, !saidWhy || next.state == "running" { return }
            } catch {
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func announce(_ view: RequestView) {
        guard view.state == "running", let lease = view.lease else { return }
        let devices =
            lease.devices.isEmpty ? "\(lease.node), without GPU," : lease.devices.map(\.model).joined(separator: ", ")
        let note = timeIsDefault ? "; --time to change" : ""
        Exit.say("lease \(id) on \(devices) until \(LocalTime.moment(lease.endsAt))\(note)")
    }
}
