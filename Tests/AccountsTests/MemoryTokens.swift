import Accounts
import FleetModel

/// Tokens in memory, with a count of what was asked, and failures on demand.
actor MemoryTokens: TokenStorage {
    struct Broken: Error {}

    private var records: [TokenRecord] = []
    private(set) var digests: [[UInt8]] = []
    private(set) var lookUps = 0
    private(set) var uses = 0
    private var writesFail = false, readsFail = false

    func fail(writes: Bool, reads: Bool) { (writesFail, readsFail) = (writes, reads) }

    var everything: String { "\(records) \(digests.map { String(decoding: $0, as: UTF8.self) })" }

    func addToken(
        digest: [UInt8], user: UserName, name: String, scope: TokenScope, createdAt: Timestamp, expiresAt: Timestamp?
    ) throws -> TokenRecord {
        if writesFail { throw Broken() }
        let record = TokenRecord(
            id: Int64(records.count + 1), user: user, name: name, scope: scope, createdAt: createdAt,
            expiresAt: expiresAt)
        records.append(record)
        digests.append(digest)
        return record
    }

    func token(digest: [UInt8]) throws -> TokenRecord? {
        if readsFail { throw Broken() }
        lookUps += 1
        return digests.firstIndex(of: digest).map { records[$0] }
    }

    func tokens(of user: UserName?) throws -> [TokenRecord] {
        if readsFail { throw Broken() }
        return records.filter { user == nil || $0.user == user }
    }

    func markTokenUsed(_ id: Int64, at: Timestamp) throws {
        if writesFail { throw Broken() }
        uses += 1
        change(id) { ($0.revokedAt, at) }
    }

    func revokeToken(_ id: Int64, of user: UserName?, at: Timestamp) throws -> TokenRecord? {
        if writesFail { throw Broken() }
        guard let record = records.first(where: { $0.id == id && (user == nil || $0.user == user) }) else { return nil }
        change(record.id) { ($0.revokedAt ?? at, $0.lastUsedAt) }
        return records.first { $0.id == id }
    }

    private func change(_ id: Int64, _ times: (TokenRecord) -> (revokedAt: Timestamp?, lastUsedAt: Timestamp?)) {
        records = records.map { record in
            guard record.id == id else { return record }
            let (revokedAt, lastUsedAt) = times(record)
            return TokenRecord(
                id: record.id, user: record.user, name: record.name, scope: record.scope,
                createdAt: record.createdAt, expiresAt: record.expiresAt, lastUsedAt: lastUsedAt, revokedAt: revokedAt)
        }
    }
}
