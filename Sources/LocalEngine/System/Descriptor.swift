import CLinux
import Glibc

/// A file descriptor that is closed with its last owner.
final class Descriptor: Sendable {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    deinit { close(number) }

    /// Opens a file, closed on exec.
    static func open(_ path: String, _ flags: Int32, mode: mode_t = 0o600) throws(SystemFailure) -> Descriptor {
        let number = Glibc.open(path, flags | O_CLOEXEC, mode)
        guard number >= 0 else { throw SystemFailure("open \(path)") }
        return Descriptor(number)
    }

    /// A pipe: what is written to `write` is read from `read`.
    static func pipe() throws(SystemFailure) -> (read: Descriptor, write: Descriptor) {
        var ends: [Int32] = [-1, -1]
        _ = try checked(linux_pipe(&ends), "make a pipe")
        return (Descriptor(ends[0]), Descriptor(ends[1]))
    }

    /// Two sockets, each the other one's end.
    static func socketPair() throws(SystemFailure) -> (Descriptor, Descriptor) {
        var ends: [Int32] = [-1, -1]
        _ = try checked(linux_socket_pair(&ends), "make a socket pair")
        return (Descriptor(ends[0]), Descriptor(ends[1]))
    }

    func setNonBlocking() { _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK) }

    func write(_ bytes: some Collection<UInt8>, doing: @autoclosure () -> String) throws(SystemFailure) {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SystemFailure(doing()) }
            rest = rest.dropFirst(count)
        }
    }

    func sync(doing: @autoclosure () -> String) throws(SystemFailure) {
        guard fsync(number) == 0 else { throw SystemFailure(doing()) }
    }

    /// What is there to read now, at most `limit` bytes; nil: nothing yet; empty: the end.
    func readSome(limit: Int = 65_536, doing: @autoclosure () -> String = "read") throws(SystemFailure) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: limit)
        while true {
            let count = bytes.withUnsafeMutableBytes { Glibc.read(number, $0.baseAddress, $0.count) }
            if count >= 0 { return Array(bytes[..<count]) }
            if errno == EAGAIN { return nil }
            guard errno == EINTR else { throw SystemFailure(doing()) }
        }
    }
}
