import FleetModel
import Testing

@testable import LedgerStore

@Suite struct AccountRowTests {
    let folder: TemporaryFolder
    let store: LedgerStore
    let alice = UserName("alice"), bob = UserName("bob")
    func at(_ time: Int64) -> Timestamp { Timestamp(milliseconds: time) }

    init() throws {
        folder = try TemporaryFolder()
        store = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
    }

    @Test func accountsAreAsTheyWereAfterAnotherOpen() async throws {
        let account = Account(
            name: alice, displayName: "Alice", role: .operator, isDisabled: true, passwordHash: "$y$x", unixID: 7,
            createdAt: at(1), lastSignInAt: at(2))
        #expect(try await store.addAccount(account))
        for other in [
            Account(name: UserName("ALICE"), createdAt: at(1)), Account(name: bob, unixID: 7, createdAt: at(1)),
        ] { #expect(try await !store.addAccount(other)) }
        #expect(try await !store.changeAccount(Account(name: bob, createdAt: at(1))))
        try store.close()
        #expect(try await LedgerStore.open(at: folder.path, ballastBytes: 4096).accounts() == [account])
    }

    @Test func aTicketIsUsedOnceAndTheNewestOneCounts() async throws {
        _ = try await store.addTicket(digest: [1], user: alice, madeBy: nil, at: at(0), expiresAt: at(10))
        _ = try await store.addTicket(digest: [2], user: alice, madeBy: bob, at: at(0), expiresAt: at(10))
        #expect(try await store.useTicket(digest: [1], at: at(1)) == nil)
        #expect(try await store.useTicket(digest: [2], at: at(10)) == nil)
        #expect(try await store.useTicket(digest: [2], at: at(9))?.usedAt == at(9))
        #expect(try await store.useTicket(digest: [2], at: at(9)) == nil)
        #expect(try await store.ticket(digest: [2])?.madeBy == bob)
    }

    @Test func sessionsEndOneByOneOrAllAndOldOnesGo() async throws {
        for (digest, user) in [(UInt8(1), alice), (2, alice), (3, bob)] {
            _ = try await store.addSession(
                digest: [digest], user: user, at: at(0), expiresAt: at(100), address: "::1", agent: "")
        }
        #expect(try await store.endSession(1, of: bob, at: at(1)) == nil)
        #expect(try await store.endSession(1, of: nil, at: at(1))?.endedAt == at(1))
        #expect(try await store.endSession(1, of: alice, at: at(5))?.endedAt == at(1))
        #expect(try await store.endSessions(of: alice, except: nil, at: at(2)) == 1)
        #expect(try await store.openSessions(of: nil).map(\.id) == [3])
        try await store.deleteOldSignIns(before: at(50))
        #expect(try await store.session(digest: [1]) == nil)
        #expect(try await store.session(digest: [3]) != nil)
    }

    @Test func whatWasDoneIsListedNewestFirstAndInPages() async throws {
        for number in 1...5 {
            try await store.addAudit([
                AuditEntry(
                    at: at(Int64(number)), user: number % 2 == 0 ? alice : nil, door: "none", address: "",
                    act: number == 5 ? "requested" : "request.create", subject: "\(number)", status: 201)
            ])
        }
        #expect(try await store.audit(before: nil, limit: 2, user: nil, act: nil).map(\.id) == [5, 4])
        #expect(try await store.audit(before: 4, limit: 9, user: nil, act: "request").map(\.id) == [3, 2, 1])
        #expect(try await store.audit(before: nil, limit: 9, user: alice, act: nil).map(\.subject) == ["4", "2"])
        try await store.deleteAudit(before: at(4), atMost: 2)
        #expect(try await store.audit(before: nil, limit: 9, user: nil, act: nil).map(\.id) == [5, 4, 3])
    }
}
