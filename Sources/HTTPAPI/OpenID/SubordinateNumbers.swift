import Foundation

/// Numbers that users of this machine may take on in name spaces of their own (`/etc/subuid`, `/etc/subgid`): given to somebody else,
/// they would be two people's.
enum SubordinateNumbers {
    static let files = ["/etc/subuid", "/etc/subgid"]

    /// Throws the path of a file that can't be read: what it lends is not known. One that is not there lends nothing.
    static func contain(_ number: UInt32, in files: [String] = files) throws(Unreadable) -> Bool {
        for path in files {
            for line in try text(path).split(separator: "\n") {
                let parts = line.split(separator: ":")
                guard parts.count == 3, let first = UInt64(parts[1]), let count = UInt64(parts[2]) else { continue }
                if UInt64(number) >= first && UInt64(number) - first < count { return true }
            }
        }
        return false
    }

    struct Unreadable: Error, Hashable {
        let path: String
    }

    private static func text(_ path: String) throws(Unreadable) -> String {
        // Names in it may be in any writing: only its numbers are read.
        if let bytes = FileManager.default.contents(atPath: path) { return String(decoding: bytes, as: UTF8.self) }
        var found = stat()
        guard lstat(path, &found) != 0, errno == ENOENT else { throw Unreadable(path: path) }
        return ""
    }
}
