import FleetModel
import Testing

@testable import LedgerStore

@Suite struct TokenRowTests {
    let folder: TemporaryFolder
    let store: LedgerStore
    let alice = UserName("alice"), bob = UserName("bob")
    func at(_ time: Int64) -> Timestamp { Timestamp(milliseconds: time) }

    init() throws {
        folder = try TemporaryFolder()
        store = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
    }

    @Test func aTokenIsFoundByItsDigestAfterAnotherOpen() async throws {
        let digest = (0..<32).map { UInt8($0) }
        let record = try await store.addToken(
            digest: digest, user: alice, name: "laptop", scope: .admin, createdAt: at(1), expiresAt: at(2))
        #expect(record.id == 1)
        try store.close()
        let again = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
        #expect(try await again.token(digest: digest) == record)
        #expect(try await again.token(digest: Array(digest.dropLast())) == nil)
    }

    @Test func listsAreInOrderAndByUser() async throws {
        for (index, user) in [alice, bob, alice].enumerated() {
            _ = try await store.addToken(
                digest: [UInt8(index)], user: user, name: "t\(index)", scope: .work, createdAt: at(1),
                expiresAt: nil)
        }
        #expect(try await store.tokens(of: nil).map(\.id) == [1, 2, 3])
        #expect(try await store.tokens(of: alice).map(\.name) == ["t0", "t2"])
        #expect(try await store.tokens(of: UserName("' OR 1=1 --")) == [])
    }

    @Test func useAndRevocationAreKeptAndTheFirstRevocationCounts() async throws {
        let record = try await store.addToken(
            digest: [1], user: alice, name: "t", scope: .work, createdAt: at(1), expiresAt: nil)
        try await store.markTokenUsed(record.id, at: at(5))
        #expect(try await store.revokeToken(record.id, of: bob, at: at(6)) == nil)
        #expect(try await store.token(digest: [1])?.revokedAt == nil)
        #expect(try await store.revokeToken(record.id, of: alice, at: at(7))?.revokedAt == at(7))
        #expect(try await store.revokeToken(record.id, of: nil, at: at(8))?.revokedAt == at(7))
        #expect(try await store.token(digest: [1])?.lastUsedAt == at(5))
        #expect(try await store.revokeToken(99, of: nil, at: at(8)) == nil)
    }

    @Test func oneDigestIsKeptOnce() async throws {
        _ = try await store.addToken(
            digest: [1], user: alice, name: "t", scope: .work, createdAt: at(1), expiresAt: nil)
        await #expect(throws: StoreError.self) {
            try await store.addToken(
                digest: [1], user: bob, name: "t", scope: .admin, createdAt: at(1), expiresAt: nil)
        }
        #expect(try await store.token(digest: [1])?.user == alice)
    }
}
