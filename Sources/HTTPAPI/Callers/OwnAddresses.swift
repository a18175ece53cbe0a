import Glibc
import NIOCore

/// The addresses of this machine's interfaces, asked for anew each time: they come and go.
enum OwnAddresses {
    static func contain(_ address: SocketAddress) -> Bool {
        guard let wanted = address.ipAddress.flatMap(plain) else { return false }
        var first: UnsafeMutablePointer<ifaddrs>?
        // Where they can't be asked, none of them is trusted for being another machine's.
        guard getifaddrs(&first) == 0 else { return true }
        defer { freeifaddrs(first) }
        var entry = first
        while let found = entry?.pointee {
            if let own = found.ifa_addr.flatMap(bytes), own == wanted { return true }
            entry = found.ifa_next
        }
        return false
    }

    /// Four bytes or sixteen; of version 4 in the form of version 6 the four.
    private static func plain(_ text: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        // Behind the sign stands the interface.
        let text = String(text.prefix { $0 != "%" })
        if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes.prefix(4)) }
        guard inet_pton(AF_INET6, text, &bytes) == 1 else { return nil }
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xff && bytes[11] == 0xff
        return isMapped ? Array(bytes.suffix(4)) : bytes
    }

    /// Behind the family and the port, of version 6 behind the flow too, as the kernel lays them out.
    private static func bytes(_ address: UnsafeMutablePointer<sockaddr>) -> [UInt8]? {
        let raw = UnsafeRawPointer(address)
        return switch Int32(address.pointee.sa_family) {
        case AF_INET: Array(UnsafeRawBufferPointer(start: raw + 4, count: 4))
        case AF_INET6: Array(UnsafeRawBufferPointer(start: raw + 8, count: 16))
        default: nil
        }
    }
}
