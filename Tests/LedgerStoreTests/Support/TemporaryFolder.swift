import Foundation
import GRDB
import Glibc

/// A folder of a test's own, removed when the test lets go of it.
final class TemporaryFolder: Sendable {
    let path: String

    /// - Parameter inMemory: where syncing costs nothing, for tests that open and write hundreds of ledgers.
    init(inMemory: Bool = false) throws {
        let memory = "/dev/shm/"
        let place = inMemory && access(memory, W_OK) == 0 ? memory : NSTemporaryDirectory()
        path = place + "carrel-store-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var database: String { path + "/ledger.sqlite" }
    var writeAheadLog: String { database + "-wal" }

    func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)) }

    func write(_ bytes: Data, to name: String) throws {
        let file = path + "/" + name
        try bytes.write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

    /// Changes the database behind the store's back.
    func execute(_ sql: String, _ numbers: Int...) throws {
        let database = try DatabaseQueue(path: self.database)
        try database.writeWithoutTransaction { try $0.execute(sql: sql, arguments: StatementArguments(numbers)) }
        try database.close()
    }

    func number(_ sql: String) throws -> Int? {
        let database = try DatabaseQueue(path: self.database)
        defer { try? database.close() }
        return try database.read { try Int.fetchOne($0, sql: sql) }
    }
}
