import GRDB
import Glibc

/// Why the writer could not write, with what the system said.
struct WriteFailure: Error {
    let error: any Error
    /// SQLite keeps it to itself and tells only ENOSPC apart (code 13); a user's quota and the largest size of a file
    /// are errors of input and output to it (code 778). `errno` still holds what the write left there.
    let systemError: Int32

    /// Runs `body` on the writer's queue.
    static func watching<Value>(_ body: () throws -> Value) throws(WriteFailure) -> Value {
        errno = 0
        do { return try body() } catch {
            let systemError = errno
            throw WriteFailure(error: error, systemError: systemError)
        }
    }

    /// The page that did not fit is not complete, so that nothing of its transaction counts.
    var lacksRoom: Bool {
        guard let error = error as? DatabaseError else { return false }
        if error.resultCode == .SQLITE_FULL { return true }
        return error.extendedResultCode == .SQLITE_IOERR_WRITE && (systemError == EDQUOT || systemError == EFBIG)
    }

    /// What is on the disk is no longer known.
    var isFatal: Bool { !lacksRoom && (error as? DatabaseError)?.resultCode == .SQLITE_IOERR }

    var words: String {
        let words = (error as? DatabaseError)?.words ?? "\(error)"
        return lacksRoom && systemError != 0 ? words + ", " + String(cString: strerror(systemError)) : words
    }
}
