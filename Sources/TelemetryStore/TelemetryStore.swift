import EngineInterface
package import FleetModel
import GRDB
import Glibc

/// Rollups in a database of their own, beside the ledger and never in its way.
///
/// Nothing waits for it: it is opened when first needed, syncs no write, and a file that is damaged is put aside with a
/// message and begun anew. What a crash takes is the newest minute.
package actor TelemetryStore: TelemetryArchive {
    package nonisolated let path: String
    let sizeLimit: Int64
    private let notice: @Sendable (String) -> Void
    private var opened: DatabaseQueue?

    /// What the file may take unless somebody says otherwise: about 100 GPUs.
    package static let usualSize = MemoryBytes(200_000_000)

    /// - Parameters:
    ///   - directory: a folder that exists; nothing is touched yet.
    ///   - size: the most that the file may take; the oldest goes first.
    ///   - notice: is told what an administrator should know, a sentence each.
    package init(
        directory: String, size: MemoryBytes = usualSize, notice: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        path = directory + "/telemetry.sqlite"
        sizeLimit = size.bytes
        self.notice = notice
    }

    /// Where a damaged file goes; an earlier one there gives way.
    package nonisolated var damagedPath: String { path + ".damaged" }

    /// Runs a body on the database. One that turns out to be damaged is replaced, and the body runs once more.
    func with<Answer: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Answer
    ) async throws(TelemetryFailure) -> Answer {
        do {
            return try await database().write(body)
        } catch {
            guard TelemetryFile.isDamage(error) else { throw TelemetryFailure(error) }
            putAside()
        }
        do {
            return try await database().write(body)
        } catch { throw TelemetryFailure(error) }
    }

    package func close() {
        try? opened?.close()
        opened = nil
    }

    private func database() throws -> DatabaseQueue {
        if let opened { return opened }
        let queue: DatabaseQueue
        do {
            queue = try TelemetryFile.open(path)
        } catch {
            guard TelemetryFile.isDamage(error) else { throw error }
            putAside()
            queue = try TelemetryFile.open(path)
        }
        opened = queue
        return queue
    }

    private func putAside() {
        close()
        rename(path, damagedPath)
        for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
        notice(
            "the telemetry in \(path) was damaged and is begun anew; what was there lies in \(damagedPath). The ledger is "
                + "another file and not touched. Delete the damaged one when nobody needs it.")
    }
}

extension TelemetryFailure {
    init(_ error: any Error) {
        let code = (error as? DatabaseError)?.extendedResultCode.rawValue ?? 1
        self = .storage(code: code, detail: "\(error)")
    }
}
