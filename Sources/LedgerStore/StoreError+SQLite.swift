import GRDB

extension StoreError {
    /// What SQLite's error means for the store at `path`.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError:
            switch error.resultCode {
            case .SQLITE_FULL: self = .full(path: path)
            case .SQLITE_NOTADB: self = .damaged(path: path, detail: "it is not a database")
            case .SQLITE_CORRUPT: self = .damaged(path: path, detail: error.words)
            // The files were looked at before, so that SQLITE_CANTOPEN is trouble that may pass: too many open files, a disk.
            case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
                self = .cannotOpen(path: path, detail: error.words)
            default: self = .failed(code: error.extendedResultCode.rawValue, detail: error.words)
            }
        default: self = .failed(code: 0, detail: "\(error)")
        }
    }
}

extension DatabaseError {
    /// SQLite's words with its code, without the statement or its values: these may hold secrets.
    var words: String { "\(message ?? "no message") (SQLite code \(extendedResultCode.rawValue))" }
}
