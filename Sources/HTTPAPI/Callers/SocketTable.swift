import Glibc
import NIOCore

/// The kernel's tables of TCP sockets, `/proc/net/tcp` and `tcp6`, for kernels that don't answer a question for one socket.
enum SocketTable {
    /// A table is read in pieces while it changes: an entry may be passed over.
    private static let tries = 5

    /// The owner of the socket between two addresses of this machine; nil: it is in no table.
    static func owner(of near: SocketAddress, to far: SocketAddress) -> UInt32? {
        for _ in 0..<tries {
            for file in ["/proc/net/tcp", "/proc/net/tcp6"] {
                guard let table = read(file) else { continue }
                if let owner = owner(in: table, near: words(near), far: words(far)) { return owner }
            }
        }
        return nil
    }

    /// To its end: the kernel gives a table in pieces of less than was asked for, where Foundation stops reading.
    private static func read(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(file, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count == 0 ? String(decoding: bytes, as: UTF8.self) : nil }
            bytes += piece[..<count]
        }
    }

    /// - Parameters:
    ///   - near: how the tables may write the socket's own end.
    ///   - far: and its other one.
    static func owner(in table: String, near: [String], far: [String]) -> UInt32? {
        for line in table.utf8.split(separator: UInt8(ascii: "\n")).dropFirst() {
            let cells = line.split(separator: UInt8(ascii: " "), maxSplits: 10).map { String(Substring($0)) }
            // The tenth is its file's number: without one nobody has the socket any more, and its owner shows as root.
            guard cells.count > 9, near.contains(cells[1]), far.contains(cells[2]), let owner = UInt32(cells[7]),
                cells[9] != "0"
            else { continue }
            return owner
        }
        return nil
    }

    /// `0100007F:21C2`: words of 32 bits as this machine has them in memory, and the port. A connection of version 4 may be
    /// in the table of version 6.
    static func words(_ address: SocketAddress) -> [String] {
        guard let ip = address.ipAddress else { return [] }
        let isLong = ip.contains(":")
        var bytes = [UInt8](repeating: 0, count: isLong ? 16 : 4)
        guard inet_pton(isLong ? AF_INET6 : AF_INET, ip, &bytes) == 1 else { return [] }
        let port = ":" + hexadecimal(UInt32(address.port ?? 0), 4)
        let text = word(bytes)
        guard bytes.count == 4 else {
            let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xff && bytes[11] == 0xff
            return [text + port] + (isMapped ? [word(Array(bytes.suffix(4))) + port] : [])
        }
        return [text + port, word([UInt8](repeating: 0, count: 10) + [0xff, 0xff] + bytes) + port]
    }

    private static func word(_ bytes: [UInt8]) -> String {
        stride(from: 0, to: bytes.count, by: 4).map { start in
            let number = bytes[start..<start + 4].withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
            return hexadecimal(number, 8)
        }.joined()
    }

    private static func hexadecimal(_ number: UInt32, _ digits: Int) -> String {
        let text = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
