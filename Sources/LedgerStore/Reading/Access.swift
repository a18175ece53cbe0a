import GRDB
import Synchronization

extension LedgerStore {
    /// Reads from one snapshot, on a connection of its own.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws(StoreError) -> Value {
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            pool.asyncRead { database in
                continuation.resume(returning: self.result { try body(database.get()) })
            }
        }
        return try result.get()
    }

    /// Runs on the writer's queue, outside a transaction. After an I/O error nothing more is written: what is on the
    /// disk is no longer known.
    func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws(StoreError) -> Value {
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { database in
                do throws(WriteFailure) {
                    continuation.resume(returning: .success(try WriteFailure.watching { try body(database) }))
                } catch {
                    if error.isFatal { self.log.withLock { $0.broken = "an earlier write failed: \(error.words)" } }
                    let path = self.files.database
                    continuation.resume(
                        returning: .failure(error.lacksRoom ? .full(path: path) : StoreError(error.error, path: path)))
                }
            }
        }
        return try result.get()
    }

    private func result<Value>(_ body: () throws -> Value) -> Result<Value, StoreError> {
        do { return .success(try body()) } catch { return .failure(StoreError(error, path: files.database)) }
    }
}
