import Accounts
import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger
import NIOCore
import Synchronization
import WireModel

/// What is being answered, and to whom: logs that are followed, events, terminals. Who signs out, is disabled or has their token
/// revoked hears no more within seconds, whatever was begun before.
package final class OpenAnswers: Sendable {
    /// One answer, for as long as somebody holds this.
    final class Stay: Sendable {
        let caller: Caller
        let channel: any Channel
        let since = ContinuousClock.now
        let isStream = Atomic(false)
        private let all: OpenAnswers

        fileprivate init(_ caller: Caller, _ channel: any Channel, _ all: OpenAnswers) {
            self.caller = caller
            self.channel = channel
            self.all = all
        }

        fileprivate var key: ObjectIdentifier { ObjectIdentifier(self) }

        /// False: it was over already, and its connection may be somebody else's by now.
        @discardableResult func leave() -> Bool { all.remove(key) }

        /// An answer whose client left before it began is never written.
        deinit { all.remove(key) }
    }

    private struct Seat {
        weak var stay: Stay?
    }

    private struct Table {
        var seats: [ObjectIdentifier: Seat] = [:]
        /// What was counted when all were looked at last.
        var changes: UInt64 = 0
        /// Those of whom it could not be told then.
        var owed: [ObjectIdentifier] = []
        var lookedAt = ContinuousClock.now
    }

    private static let period = Duration.seconds(1)
    /// Rights also end by themselves, at their time.
    private static let longestPause = Duration.seconds(30)
    /// An answer that is no stream is soon over; among them is the one to whoever signs out.
    private static let grace = Duration.seconds(10)

    private let tokens: AccessTokens
    private let desk: SignInDesk
    private let callers: CallerMaker
    private let clock: any LedgerClock
    private let table = Mutex(Table())

    init(tokens: AccessTokens, desk: SignInDesk, callers: CallerMaker, clock: any LedgerClock) {
        self.tokens = tokens
        self.desk = desk
        self.callers = callers
        self.clock = clock
    }

    func enter(_ caller: Caller, _ channel: any Channel) -> Stay {
        let stay = Stay(caller, channel, self)
        table.withLock { $0.seats[stay.key] = Seat(stay: stay) }
        return stay
    }

    @discardableResult private func remove(_ key: ObjectIdentifier) -> Bool {
        table.withLock { $0.seats.removeValue(forKey: key) != nil }
    }

    var count: Int { table.withLock { $0.seats.count } }

    /// Looks again and again, until cancelled.
    package func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.period)
            await look()
        }
    }

    /// Ends the connections of those who would not be answered now, or as somebody else.
    func look() async {
        let changes = desk.changes &+ tokens.changes.number
        let stays = table.withLock { table -> [Stay] in
            guard changes != table.changes || .now - table.lookedAt > Self.longestPause else {
                defer { table.owed = [] }
                return table.owed.compactMap { table.seats[$0]?.stay }
            }
            table.changes = changes
            table.owed = []
            table.lookedAt = .now
            return table.seats.values.compactMap(\.stay)
        }
        let young = ContinuousClock.now - Self.grace
        var owed: [ObjectIdentifier] = []
        for stay in stays {
            if !stay.isStream.load(ordering: .relaxed), stay.since > young {
                owed.append(stay.key)
                continue
            }
            // While the accounts can't be read, nobody is put out.
            guard let holds = await holds(stay.caller) else {
                owed.append(stay.key)
                continue
            }
            if !holds, stay.leave() { stay.channel.close(promise: nil) }
        }
        table.withLock { $0.owed += owed }
    }

    /// Whether the same door would lead the same caller in now; nil: it can't be told.
    private func holds(_ caller: Caller) async -> Bool? {
        let user = caller.requester.user, now = clock.now()
        switch caller.door {
        case .socket(let uid):
            do throws(Problem) { return try callers.caller(SocketPeer(uid: uid, name: user)) == caller } catch {
                return false
            }
        case .session(let id):
            guard let open = try? await desk.sessions.list(of: user, at: now) else { return nil }
            return open.first { $0.id == id }.flatMap { callers.caller($0) } == caller
        case .token(let id):
            guard let all = try? await tokens.list(of: user) else { return nil }
            return all.first { $0.id == id && $0.isValid(at: now) }.flatMap { callers.caller($0) } == caller
        }
    }
}

/// Writes down each request that somebody is let in with, until its answer is over.
struct OpenAnswersMiddleware: RouterMiddleware {
    typealias Context = CarrelContext

    let answers: OpenAnswers

    /// What is longer, or of which it isn't known, is watched while it is sent. In bytes.
    private static let largestAtOnce = 1 << 20

    func handle(
        _ request: Request, context: CarrelContext, next: (Request, CarrelContext) async throws -> Response
    ) async throws -> Response {
        guard let caller = context.caller else { return try await next(request, context) }
        let stay = answers.enter(caller, context.channel)
        var response: Response
        do { response = try await next(request, context) } catch {
            stay.leave()
            throw error
        }
        let body = response.body
        guard body.contentLength ?? .max > Self.largestAtOnce else {
            stay.leave()
            return response
        }
        stay.isStream.store(true, ordering: .relaxed)
        response.body = ResponseBody(contentLength: body.contentLength) { writer in
            defer { stay.leave() }
            try await body.write(writer)
        }
        return response
    }
}
