import ArgumentParser
import Foundation
import Glibc

/// Where `--svg FILE` goes. It is looked at before minutes are spent on what would then have no place.
package struct PictureFile {
    private let path: String

    /// Throws where nothing can be written there.
    package init(_ path: String) throws {
        self.path = path
        let isThere = FileManager.default.fileExists(atPath: path)
        let folder = (path as NSString).deletingLastPathComponent
        let place = isThere ? path : folder.isEmpty ? "." : folder
        var found = stat()
        if isThere, stat(path, &found) == 0, found.st_mode & S_IFMT == S_IFDIR { throw Self.failure(path, EISDIR) }
        guard access(place, W_OK) == 0 else { throw Self.failure(path, errno) }
    }

    package func write(_ text: String) throws {
        do { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) } catch { throw Self.failure(path, errno) }
        Exit.say("the picture is in \(path)")
    }

    private static func failure(_ path: String, _ code: Int32) -> ExitCode {
        Exit.say(
            "\(path) can't be written: \(String(cString: strerror(code))). Nothing was measured for it; name another --svg file."
        )
        return ExitCode(73)
    }
}
