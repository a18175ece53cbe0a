import Foundation
import Glibc

/// The key by which work is told from other work. It lies beside the ledger and is in no backup of it: who reads that can't try out
/// what somebody's command was.
enum WorkKey {
    /// Made where there is none. One that can't be kept holds until the server ends.
    static func load(_ folder: String, complain: (String) -> Void) -> [UInt8] {
        let path = folder + "/work.key", length = 32
        if let data = FileManager.default.contents(atPath: path), data.count == length { return Array(data) }
        let key = (0..<length).map { _ in UInt8.random(in: 0 ... .max) }
        let new = path + ".new"
        unlink(new)
        let file = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        let isKept = file >= 0 && write(file, key, length) == length && fsync(file) == 0
        if file >= 0 { close(file) }
        if !isKept || rename(new, path) != 0 {
            complain(
                "\(path) can't be written (\(String(cString: strerror(errno)))): earlier runs are forgotten when the server ends."
            )
        }
        return key
    }
}
