import Foundation
import Glibc

/// Owners and permissions of the folders of a data directory; taking the directory's lock sets them.
struct FolderRights {
    private struct Rights: Equatable {
        let mode: mode_t
        let owner: uid_t

        init?(of path: String) {
            var found = stat()
            guard lstat(path, &found) == 0 else { return nil }
            mode = found.st_mode & 0o7777
            owner = found.st_uid
        }

        var octal: String { String(mode, radix: 8) }
    }

    private let folders: [(path: String, rights: Rights?)]

    init(of directory: String) {
        let path = URL(fileURLWithPath: directory).resolvingSymlinksInPath().path
        folders = ["", "/server", "/attempts", "/logs"].map { (path + $0, Rights(of: path + $0)) }
    }

    /// What is different now, a sentence each.
    var changes: [String] {
        folders.flatMap { path, old -> [String] in
            guard let now = Rights(of: path) else { return [] }
            guard let old else { return ["Made the folder \(path) again, which was missing."] }
            var sentences: [String] = []
            if old.mode != now.mode {
                sentences.append("Gave the folder \(path) the permissions \(now.octal); they were \(old.octal).")
            }
            if old.owner != now.owner {
                sentences.append("Gave the folder \(path) to user \(now.owner); it belonged to user \(old.owner).")
            }
            return sentences
        }
    }
}
