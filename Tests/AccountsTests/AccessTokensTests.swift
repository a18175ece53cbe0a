import FleetModel
import Testing

@testable import Accounts

@Suite struct AccessTokensTests {
    let storage = MemoryTokens()
    let tokens: AccessTokens
    let alice = UserName("alice"), bob = UserName("bob")
    func at(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1_000) }

    init() { tokens = AccessTokens(storage: storage, random: Counting()) }

    private func make(_ name: String = "laptop", expiresAt: Timestamp? = nil) async throws -> (TokenRecord, String) {
        try await tokens.create(for: alice, name: name, scope: .work, expiresAt: expiresAt, at: at(0))
    }

    @Test func aTokenOpensAsItsUser() async throws {
        let (record, text) = try await make()
        let boss = try await tokens.create(for: bob, name: "ci", scope: .admin, expiresAt: nil, at: at(0))
        #expect(text != boss.text)
        #expect(try await tokens.authenticate(text, at: at(1)).id == record.id)
        #expect(try await tokens.authenticate(text, at: at(1)).user == alice)
        #expect(try await tokens.authenticate(boss.text, at: at(1)).scope == .admin)
    }

    @Test func theTextIsFiftyPlainCharactersThatSayWhatItIs() async throws {
        for number in 0..<50 {
            let (_, text) = try await make("laptop \(number)")
            #expect(text.hasPrefix("carrel_") && text.utf8.count == 50)
            #expect(text.utf8.allSatisfy { $0 > 32 && $0 < 127 && !"+/= \"'\\".utf8.contains($0) })
        }
    }

    @Test func tokensOfTheSystemsGeneratorDiffer() async throws {
        let tokens = AccessTokens(storage: storage)
        var texts: Set<String> = []
        for number in 0..<100 {
            let made = try await tokens.create(
                for: alice, name: "\(number)", scope: .work, expiresAt: nil, at: at(0))
            texts.insert(made.text)
        }
        #expect(texts.count == 100)
    }

    @Test func onlyADigestIsKept() async throws {
        let (_, text) = try await make("my laptop")
        let kept = await storage.everything
        #expect(kept.contains("my laptop"))
        #expect(!kept.contains(text) && !kept.contains(text.dropFirst(7)))
        #expect(await storage.digests.map(\.count) == [32])
    }

    @Test func anExpiredTokenIsRefusedFromThatMomentOn() async throws {
        let (record, text) = try await make(expiresAt: at(10))
        #expect(try await tokens.authenticate(text, at: at(9)).id == record.id)
        for time in [10, 11, 1_000_000] as [Int64] {
            await #expect(throws: TokenRefusal.expired(id: record.id, at: at(10))) {
                try await tokens.authenticate(text, at: at(time))
            }
        }
    }

    @Test func aRevokedTokenIsRefusedAndOnlyItsUserOrAnAdministratorRevokesIt() async throws {
        let (record, text) = try await make()
        await #expect(throws: TokenError.unknown(id: record.id)) { try await tokens.revoke(record.id, of: bob, at: at(1)) }
        #expect(try await tokens.authenticate(text, at: at(1)).id == record.id)
        #expect(try await tokens.revoke(record.id, of: nil, at: at(2)).revokedAt == at(2))
        #expect(try await tokens.revoke(record.id, of: alice, at: at(3)).revokedAt == at(2))
        await #expect(throws: TokenRefusal.revoked(id: record.id, at: at(2))) {
            try await tokens.authenticate(text, at: at(4))
        }
        await #expect(throws: TokenError.unknown(id: 99)) { try await tokens.revoke(99, of: nil, at: at(1)) }
    }

    @Test func whatIsNoTokenIsRefusedBeforeAnythingIsLookedUp() async throws {
        let (_, text) = try await make()
        let end = String(text.dropLast()), many = String(repeating: "a", count: 10_000_000)
        let accents = "carrel_" + String(repeating: "é", count: 43), key = String(text.dropLast(4)) + "🔑"
        let malformed: [String] = [
            "", "carrel_", "carrel_ü", many, text + "A", end, "Carrel_" + String(text.dropFirst(7)), " " + end, end + "=",
            end + "\0", String(end.dropLast()) + "ß", accents, key,
        ]
        for text in malformed {
            await #expect(throws: TokenRefusal.malformed) { try await tokens.authenticate(text, at: at(1)) }
        }
        #expect(await storage.lookUps == 0)
    }

    @Test func aNearlyRightTokenIsUnknown() async throws {
        let (_, text) = try await make()
        for index in 7..<50 {
            var bytes = Array(text.utf8)
            bytes[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let other = String(decoding: bytes, as: UTF8.self)
            await #expect(throws: TokenRefusal.unknown) { try await tokens.authenticate(other, at: at(1)) }
        }
    }

    @Test func clientsAreToldOfATokenThatItHasExpiredAndNothingElse() {
        let reasons: [TokenRefusal] = [.malformed, .unknown, .expired(id: 1, at: at(1)), .revoked(id: 1, at: at(1))]
        #expect(reasons.filter { $0.clientText.contains("has expired") } == [.expired(id: 1, at: at(1))])
        #expect(Set(reasons.map(\.clientText)).count == 2)
        #expect(Set(reasons.map(\.description)).count == 4)
    }

    @Test(arguments: ["", "a\nb", "a\u{1b}[31m", String(repeating: "x", count: 65), "\u{85}"])
    func badNamesMakeNoToken(name: String) async throws {
        await #expect(throws: TokenError.invalidName(name, longest: 64)) { try await make(name) }
        #expect(await storage.digests.isEmpty)
    }

    @Test func aTokenThatWouldHaveExpiredIsNotMade() async throws {
        await #expect(throws: TokenError.expiryNotInFuture(at(0))) { try await make(expiresAt: at(0)) }
        #expect(await storage.digests.isEmpty)
    }

    @Test func aUserHasOneValidTokenOfAName() async throws {
        let (first, _) = try await make(expiresAt: at(10))
        await #expect(throws: TokenError.nameTaken("laptop")) { try await make() }
        _ = try await tokens.create(for: bob, name: "laptop", scope: .work, expiresAt: nil, at: at(0))
        // An expired one and a revoked one are in nobody's way.
        let second = try await tokens.create(for: alice, name: "laptop", scope: .work, expiresAt: nil, at: at(10))
        _ = try await tokens.revoke(second.record.id, of: alice, at: at(11))
        _ = try await tokens.create(for: alice, name: "laptop", scope: .work, expiresAt: nil, at: at(12))
        #expect(try await tokens.list(of: alice).count == 3)
        #expect(first.id != second.record.id)
    }

    @Test func twoThatAreMadeAtOnceDontShareAName() async throws {
        let tokens = tokens, alice = alice
        let made = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let made = try? await tokens.create(
                        for: alice, name: "ci", scope: .work, expiresAt: nil, at: Timestamp(milliseconds: 0))
                    return made != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(made == 1)
    }

    @Test func theLastUseIsWrittenAtMostOnceAnHour() async throws {
        let (record, text) = try await make()
        for second in 0..<7_300 where second % 100 == 0 { _ = try await tokens.authenticate(text, at: at(Int64(second))) }
        #expect(await storage.uses == 3)
        #expect(try await tokens.list(of: alice).first { $0.id == record.id }?.lastUsedAt == at(7_200))
    }

    @Test func aStorageThatFailsIsNoRefusalOfTheTokenAndAnUnwrittenUseKeepsNobodyOut() async throws {
        let (record, text) = try await make()
        await storage.fail(writes: true, reads: false)
        #expect(try await tokens.authenticate(text, at: at(1)).id == record.id)
        await #expect(throws: TokenError.storage(detail: "Broken()")) { try await make("desk") }
        await storage.fail(writes: true, reads: true)
        await #expect(throws: TokenRefusal.storage(detail: "Broken()")) { try await tokens.authenticate(text, at: at(1)) }
        await #expect(throws: TokenError.storage(detail: "Broken()")) { try await tokens.list(of: nil) }
    }

    @Test func listsAreByUser() async throws {
        _ = try await make("one")
        _ = try await tokens.create(for: bob, name: "two", scope: .work, expiresAt: nil, at: at(0))
        #expect(try await tokens.list(of: nil).map(\.name) == ["one", "two"])
        #expect(try await tokens.list(of: bob).map(\.name) == ["two"])
    }
}

/// A generator without chance.
private struct Counting: RandomNumberGenerator {
    var state: UInt64 = 0
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return (state ^ (state >> 31)) &* 0xbf58_476d_1ce4_e5b9
    }
}
