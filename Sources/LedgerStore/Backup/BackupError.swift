/// Why there is no copy of the ledger. `description` is the text for people.
package enum BackupError: Error, Hashable, Sendable {
    /// It would take the room that is kept for leases that come back; in bytes.
    case noRoom(needed: Int64, free: Int64)
    case store(StoreError)
}

extension BackupError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noRoom(let needed, let free):
            "A copy of the ledger needs \(needed) free bytes on its disk, and \(free) are free. Nothing was changed."
        case .store(let error): "\(error)"
        }
    }
}

/// The room that a copy must leave.
struct BackupRoom {
    let files: StoreFiles
    /// Bytes that stay free whatever a copy takes: as much again as the ballast, and what goes on being written meanwhile.
    let reserve: Int64

    static let margin: Int64 = 16 << 20

    init(_ files: StoreFiles, ballastBytes: Int64, margin: Int64 = BackupRoom.margin) {
        self.files = files
        reserve = ballastBytes + margin
    }

    /// - Parameter bytes: what the copy takes, or still takes. Where the room can't be asked, nothing is said against it.
    func check(for bytes: Int64) throws(BackupError) {
        guard let free = files.bytesFree, free < bytes + reserve else { return }
        throw .noRoom(needed: bytes + reserve, free: free)
    }
}
