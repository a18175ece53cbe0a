import ArgumentParser
import Foundation
import Glibc

/// A file that appears under its name only when it is complete and on the disk. Only its owner can read it.
struct Download {
    private let path: String
    private let part: String
    private let replace: Bool

    init(to path: String, replace: Bool) {
        self.path = path
        self.replace = replace
        part = path + ".part"
    }

    /// - Parameter fill: hands pieces to the sink, one after the other.
    /// - Returns: the size in bytes.
    func run(_ fill: (@escaping @Sendable (Data) throws -> Void) async throws -> Void) async throws -> Int {
        if !replace, FileManager.default.fileExists(atPath: path) {
            Exit.say("\(path) is there already; nothing was written. Choose another name, or add --replace.")
            throw ExitCode(73)
        }
        unlink(part)
        let descriptor = Glibc.open(part, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw cannotWrite() }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try await fill { try file.write(contentsOf: $0) }
            let size = try Int(file.offset())
            guard fsync(descriptor) == 0, rename(part, path) == 0 else { throw cannotWrite() }
            return size
        } catch let error as CocoaError {
            unlink(part)
            Exit.say("\(path) could not be written: \(error.localizedDescription). Nothing is left of it.")
            throw ExitCode(73)
        } catch {
            unlink(part)
            throw error
        }
    }

    private func cannotWrite() -> ExitCode {
        let reason = String(cString: strerror(errno))
        unlink(part)
        Exit.say("\(path) can't be written: \(reason).")
        return ExitCode(73)
    }
}
