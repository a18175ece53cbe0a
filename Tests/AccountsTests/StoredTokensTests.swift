import FleetModel
import Foundation
import LedgerStore
import Testing

@testable import Accounts

// As the server puts them together.
extension LedgerStore: TokenStorage {}

@Suite struct StoredTokensTests {
    @Test func aTokenSurvivesARestartAndNoFileHoldsIt() async throws {
        let folder = NSTemporaryDirectory() + "carrel-tokens-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let now = Timestamp(milliseconds: 1_000)
        var store = try LedgerStore.open(at: folder, ballastBytes: 4096)
        var tokens = AccessTokens(storage: store)
        let made = try await tokens.create(
            for: UserName("alice"), name: "laptop", scope: .work, expiresAt: nil, at: now)
        try store.close()

        store = try LedgerStore.open(at: folder, ballastBytes: 4096)
        tokens = AccessTokens(storage: store)
        #expect(try await tokens.authenticate(made.text, at: now).user == UserName("alice"))
        #expect(try await tokens.list(of: nil).first?.lastUsedAt == now)
        _ = try await tokens.revoke(made.record.id, of: UserName("alice"), at: now)
        await #expect(throws: TokenRefusal.revoked(id: 1, at: now)) { try await tokens.authenticate(made.text, at: now) }
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
            #expect(bytes.range(of: Data(made.text.utf8.dropFirst(7))) == nil, "\(name) holds the token")
        }
        try store.close()
    }
}
