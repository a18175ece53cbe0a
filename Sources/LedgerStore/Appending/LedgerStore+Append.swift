import GRDB
package import LeaseLedger
import Synchronization

extension LedgerStore: EventLog {
    /// Once begun it runs to its end, whether or not the calling task is cancelled: a commit has no half way.
    package func append(_ batch: LogBatch, after sequence: Int64) async throws(AppendError) {
        let rows = try EncodedBatch(batch, after: sequence, coding)
        let result: Result<Void, AppendError> = await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { database in
                continuation.resume(returning: self.write(rows, after: sequence, database))
                self.trimIfDue(database)
            }
        }
        try result.get()
    }

    private func write(_ rows: EncodedBatch, after sequence: Int64, _ database: Database) -> Result<Void, AppendError> {
        let end = log.withLock { $0 }
        if let broken = end.broken { return .failure(.refused(detail: broken)) }
        guard end.last == sequence else {
            return .failure(
                .refused(detail: "the log ends with event \(end.last), and the batch was to follow event \(sequence)"))
        }
        var committing = false
        do throws(WriteFailure) {
            try WriteFailure.watching {
                try database.inTransaction(.immediate) {
                    try rows.insert(into: database)
                    committing = true
                    return .commit
                }
            }
        } catch {
            let failure = AppendError(error, committing: committing)
            if case .outcomeUnknown(let detail) = failure {
                log.withLock { $0.broken = "an earlier write has an unknown outcome: \(detail)" }
            }
            return .failure(failure)
        }
        log.withLock {
            $0.last = rows.last
            $0.pagesSinceTrim += Self.pagesOfCommit + rows.rowCount / Self.rowsOfPage
        }
        return .success(())
    }
}
