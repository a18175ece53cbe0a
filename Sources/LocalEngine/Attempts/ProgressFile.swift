import CLinux
package import EngineInterface
package import FleetModel
import Glibc

/// The file that work may write its progress into. It is the work's: anything may stand there, of any length.
enum ProgressFile {
    /// A longer one is emptied: nobody needs more than its last line.
    static let longest: off_t = 1 << 20
    /// What is read of its end.
    static let tail: off_t = 4_096

    /// Empties it when it has become too long, by its length or by the room that it takes.
    static func bound(_ folder: AttemptFolder) {
        guard let info = Files.ownStatus(folder.file(.progress)),
            info.st_size > longest || Int64(info.st_blocks) * 512 > Int64(longest),
            let file = try? folder.openShared(.progress, O_WRONLY)
        else { return }
        _ = withExtendedLifetime(file) { ftruncate(file.number, 0) }
    }
}

extension LauncherLoop {
    func openProgress(_ key: AttemptKey, replyTo id: UInt64) {
        // An older launcher made none, and one that is over for good has none.
        guard let attempt = attempts[key],
            let file = try? attempt.folder.openShared(.progress, O_RDONLY)
        else { return reply(id, .done) }
        reply(id, .descriptors, descriptors: [file])
    }
}

extension LocalEngine {
    package func readProgress(_ attempt: AttemptKey) async throws(EngineError) -> [UInt8]? {
        let reply = try await ask(.openProgress(attempt))
        guard let file = reply.descriptors.first, let info = Files.status(of: file), info.st_mode & S_IFMT == S_IFREG,
            info.st_size > 0
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(ProgressFile.tail))
        let count = withExtendedLifetime(file) {
            bytes.withUnsafeMutableBytes {
                pread(file.number, $0.baseAddress, $0.count, max(0, info.st_size - ProgressFile.tail))
            }
        }
        return count > 0 ? Array(bytes[..<count]) : nil
    }
}
