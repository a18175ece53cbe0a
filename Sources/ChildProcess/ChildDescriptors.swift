import Glibc

/// What a child does with its descriptors.
package enum ChildDescriptors {
    /// A child that hangs must not keep a lock or a socket of its parent alive.
    package static func closeInherited() {
        guard let folder = opendir("/proc/self/fd") else { return }
        var files: [Int32] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let file = Int32(name), file > STDERR_FILENO { files.append(file) }
        }
        closedir(folder)
        for file in files { close(file) }
    }

    /// False: nobody reads any more.
    package static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress.map { $0 + sent }, bytes.count - sent) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Ends this process as soon as nobody reads `answer` any more: one that hangs in a driver shall not outlive whoever
    /// asked.
    package static func endWithReader(of answer: Int32) {
        _ = OwnThread.start {
            var waiting = pollfd(fd: answer, events: 0, revents: 0)
            while poll(&waiting, 1, -1) < 0, errno == EINTR {}
            _exit(1)
        }
    }
}
