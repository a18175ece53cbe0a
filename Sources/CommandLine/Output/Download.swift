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
        // Nobody else's file has this name, so that two at a time don't write into one, and nothing is overwritten.
        part = "\(path).\(UUID().uuidString.prefix(8)).part"
    }

    /// - Parameter fill: hands pieces to the sink, one after the other.
    /// - Returns: the size in bytes.
    func run(_ fill: (@escaping @Sendable (Data) throws -> Void) async throws -> Void) async throws -> Int {
        try checkPlace()
        let descriptor = Glibc.open(part, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw cannotWrite() }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try await fill { try file.write(contentsOf: $0) }
            let size = try Int(file.offset())
            guard fsync(descriptor) == 0 else { throw cannotWrite() }
            try moveIntoPlace(descriptor)
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

    /// What is there already may be replaced when it is wanted, and when it is an ordinary file.
    private func checkPlace() throws(ExitCode) {
        var found = stat()
        guard lstat(path, &found) == 0 else { return }
        guard replace else {
            Exit.say("\(path) is there already; nothing was written. Choose another name, or add --replace.")
            throw ExitCode(73)
        }
        guard found.st_mode & S_IFMT == S_IFREG else {
            Exit.say("\(path) is no ordinary file; nothing was written. Choose another name, or - for standard output.")
            throw ExitCode(73)
        }
    }

    private func moveIntoPlace(_ descriptor: Int32) throws(ExitCode) {
        // A transfer takes its time, and others may write in that folder.
        try checkPlace()
        var written = stat(), named = stat()
        guard fstat(descriptor, &written) == 0, lstat(part, &named) == 0 else { throw cannotWrite() }
        guard written.st_dev == named.st_dev, written.st_ino == named.st_ino else {
            Exit.say(
                "\(part) was exchanged for another file; \(path) was not written. Choose a folder that only you can write.")
            throw ExitCode(73)
        }
        guard rename(part, path) == 0, syncFolder() else { throw cannotWrite() }
    }

    /// Makes the name durable.
    private func syncFolder() -> Bool {
        let folder = Glibc.open((path as NSString).deletingLastPathComponent.orHere, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return errno == EACCES }
        defer { close(folder) }
        // Some file systems have nothing to sync there.
        return fsync(folder) == 0 || errno == EINVAL
    }

    private func cannotWrite() -> ExitCode {
        let reason = String(cString: strerror(errno))
        unlink(part)
        Exit.say("\(path) can't be written: \(reason).")
        return ExitCode(73)
    }
}

extension String {
    fileprivate var orHere: String { isEmpty ? "." : self }
}
