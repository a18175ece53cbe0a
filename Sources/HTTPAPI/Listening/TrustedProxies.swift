import Glibc

/// `--trusted-proxy`: before which proxies' word of where a client is counts. Nobody else's does, since whoever asks can write the
/// header: limits of tries would be nobody's, and the audit would name whom its subject likes.
package struct TrustedProxies: Hashable, Sendable {
    package struct ParseError: Error, Hashable, Sendable {
        package let text: String
    }

    private struct Network: Hashable, Sendable {
        let bytes: [UInt8]
        let bits: Int

        func contains(_ address: [UInt8]) -> Bool {
            guard address.count == bytes.count else { return false }
            return (0..<bytes.count).allSatisfy { place in
                let kept = min(8, max(0, bits - place * 8))
                let mask = UInt8(truncatingIfNeeded: 0xff00 >> kept)
                return address[place] & mask == bytes[place] & mask
            }
        }
    }

    /// Programs of the machine itself run as root or as one of these. A person's, and work in a lease, can connect from each of the
    /// machine's own addresses, loopback or not, and is not believed.
    private static let firstPerson: UInt32 = 1_000

    /// Whose the other end of a connection is.
    package enum Peer: Hashable, Sendable {
        /// Another machine's, as far as its address says.
        case elsewhere
        /// A program's of this machine; the Unix user, nil: it can't be told.
        case here(UInt32?)
    }

    private let networks: [Network]

    /// - Parameter texts: addresses or networks: `10.0.0.5`, `10.0.0.0/24`, `::1`.
    package init(parsing texts: [String] = []) throws(ParseError) {
        var networks: [Network] = []
        for text in texts {
            let halves = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard let bytes = Self.bytes(String(halves[0])) else { throw ParseError(text: text) }
            let most = bytes.count * 8, bits = halves.count == 1 ? most : Int(halves[1]) ?? -1
            // A network of everybody trusts everybody.
            guard (1...most).contains(bits) else { throw ParseError(text: text) }
            networks.append(Network(bytes: bytes, bits: bits))
        }
        self.networks = networks
    }

    private init() { networks = [] }

    /// No header is believed.
    package static let none = TrustedProxies()

    /// Where a request comes from.
    /// - Parameters:
    ///   - peer: the other end of the connection.
    ///   - said: its headers `X-Forwarded-For`, of which the last entry is the proxy's own word; all before is the client's.
    ///   - owner: whose the other end is; asked where it counts.
    package func client(of peer: String, said: [String], owner: () -> Peer) -> String {
        guard !networks.isEmpty, let bytes = Self.bytes(peer), networks.contains(where: { $0.contains(bytes) }) else {
            return peer
        }
        switch owner() {
        case .here(let owner?) where owner < Self.firstPerson: break
        case .elsewhere where !Self.isLoopback(bytes): break
        default: return peer
        }
        let last = said.last?.split(separator: ",", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        return Self.bytes(last.filter { $0 != " " && $0 != "\t" }).map(Self.text) ?? peer
    }

    private static func isLoopback(_ bytes: [UInt8]) -> Bool {
        bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
    }

    /// Four or sixteen; of version 4 in the form of version 6 the four.
    private static func bytes(_ text: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
        if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes.prefix(4)) }
        guard inet_pton(AF_INET6, text, &bytes) == 1 else { return nil }
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xff && bytes[11] == 0xff
        return isMapped ? Array(bytes.suffix(4)) : bytes
    }

    private static func text(_ bytes: [UInt8]) -> String {
        var room = [CChar](repeating: 0, count: 46)
        inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &room, socklen_t(room.count))
        return String(decoding: room.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
