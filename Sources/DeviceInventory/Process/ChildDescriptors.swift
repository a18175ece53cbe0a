import Glibc

/// What a reading child does with its descriptors.
enum ChildDescriptors {
    /// A child that hangs must not keep a lock or a socket of the server alive.
    static func closeInherited() {
        for name in TextFile.names(in: "/proc/self/fd") {
            if let file = Int32(name), file > STDERR_FILENO { close(file) }
        }
    }

    /// False: nobody reads any more.
    static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
