import Accounts
import FleetModel
import FleetTestKit
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import HTTPAPI

@Suite("Who signs out hears no more")
struct OpenAnswersTests {
    /// One token that may be revoked.
    private final class OneToken: TokenStorage {
        let record = Mutex(
            TokenRecord(
                id: 7, user: UserName("alice"), name: "ci", scope: .work, createdAt: StubParts.start, expiresAt: nil))
        func addToken(
            digest: [UInt8], user: UserName, name: String, scope: TokenScope, createdAt: Timestamp, expiresAt: Timestamp?
        ) async throws -> TokenRecord { record.withLock { $0 } }
        func token(digest: [UInt8]) async throws -> TokenRecord? { nil }
        func tokens(of user: UserName?) async throws -> [TokenRecord] {
            record.withLock { $0.user == user ? [$0] : [] }
        }
        func markTokenUsed(_ id: Int64, at: Timestamp) async throws {}
        func revokeToken(_ id: Int64, of user: UserName?, at: Timestamp) async throws -> TokenRecord? {
            record.withLock { record in
                record = TokenRecord(
                    id: 7, user: record.user, name: "ci", scope: .work, createdAt: record.createdAt, expiresAt: nil,
                    revokedAt: at)
                return record
            }
        }
    }

    private let alice = UserName("alice")
    private let desk: SignInDesk
    private let tokens = AccessTokens(storage: OneToken())
    private let answers: OpenAnswers
    private let callers: CallerMaker

    init() {
        desk = StubParts.desk([
            Account(name: alice, role: .administrator, unixID: 1_001, createdAt: StubParts.start),
            Account(name: UserName("ruth"), role: .administrator, createdAt: StubParts.start),
        ])
        callers = CallerMaker(directory: desk.directory, owner: 0)
        answers = OpenAnswers(tokens: tokens, desk: desk, callers: callers, clock: ManualClock())
    }

    private func begin() async throws -> BrowserSession {
        try await desk.sessions.begin(for: alice, address: "", agent: "", at: StubParts.start).session
    }

    private func follow(_ caller: Caller?, isStream: Bool = true) throws -> (OpenAnswers.Stay, EmbeddedChannel) {
        let channel = EmbeddedChannel()
        try channel.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).wait()
        let stay = answers.enter(try #require(caller), channel)
        stay.isStream.store(isStream, ordering: .relaxed)
        return (stay, channel)
    }

    /// A caller by each door.
    private func doors() async throws -> [(OpenAnswers.Stay, EmbeddedChannel)] {
        let token = try await #require(tokens.list(of: alice).first)
        return [
            try follow(callers.caller(try await begin())), try follow(callers.caller(token)),
            try follow(try callers.caller(SocketPeer(uid: 1_001, name: alice))),
        ]
    }

    private func open(_ all: [(OpenAnswers.Stay, EmbeddedChannel)]) -> [Bool] { all.map(\.1.isActive) }

    @Test("signing out everywhere ends what browsers follow, and leaves tokens and the machine's own users")
    func signOut() async throws {
        let all = try await doors()
        await answers.look()
        #expect(open(all) == [true, true, true])
        _ = try await desk.signOut(alice, at: StubParts.start)
        await answers.look()
        #expect(open(all) == [false, true, true])
        withExtendedLifetime(all) { #expect(answers.count == 2) }
    }

    @Test("a token that is revoked ends what is followed with it, and nothing else")
    func revoked() async throws {
        let all = try await doors()
        _ = try await tokens.revoke(7, of: alice, at: StubParts.start)
        await answers.look()
        #expect(open(all) == [true, false, true])
        withExtendedLifetime(all) {}
    }

    @Test("who is disabled is out by every door")
    func disabled() async throws {
        let all = try await doors()
        try await desk.setDisabled(true, alice, at: StubParts.start)
        await answers.look()
        #expect(open(all) == [false, false, false])
        withExtendedLifetime(all) {}
    }

    @Test("who is no administrator any more follows no one's work; another browser of the same person's stays")
    func demoted() async throws {
        let all = try await doors()
        let other = try await begin()
        _ = try await desk.sessions.end(other.id, of: alice, at: StubParts.start)
        await answers.look()
        #expect(open(all) == [true, true, true])
        try await desk.directory.change(alice) { $0.role = .member }
        await answers.look()
        // The token's scope never had those rights.
        #expect(open(all) == [false, true, false])
        withExtendedLifetime(all) {}
    }

    @Test("an answer that is soon over is given in peace, and one that nobody writes is forgotten")
    func young() async throws {
        var all = [try follow(callers.caller(try await begin()), isStream: false)]
        _ = try await desk.signOut(alice, at: StubParts.start)
        await answers.look()
        #expect(open(all) == [true])
        all = []
        #expect(answers.count == 0)
    }
}
