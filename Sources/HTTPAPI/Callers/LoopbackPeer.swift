import CLinux
import Glibc
import NIOCore
import Synchronization

/// Which user of this machine has the other end of a connection over loopback.
///
/// A browser sends a host's cookies to every port of it: another login of the machine who gets somebody to open a page of
/// theirs on 127.0.0.1 is told the cookie. It opens nothing for them, since a session belongs to the user who began it.
final class LoopbackPeer: Sendable {
    private typealias Ends = (own: SocketAddress, other: SocketAddress)

    /// nil: it does not come over loopback.
    private let ends: Ends?
    private let anyEnds: Ends?
    private let known = Mutex<UInt32?>(nil)
    private let knownPeer = Mutex<TrustedProxies.Peer?>(nil)

    init(_ channel: any Channel) {
        if let own = channel.localAddress, let other = channel.remoteAddress {
            anyEnds = (own, other)
            ends = Self.isLoopback(other) ? (own, other) : nil
        } else {
            anyEnds = nil
            ends = nil
        }
    }

    /// Whose the other end is, also where it comes from an address of this machine that is not loopback.
    var peer: TrustedProxies.Peer {
        if ends != nil { return .here(owner) }
        guard let anyEnds else { return .elsewhere }
        if let knownPeer = knownPeer.withLock({ $0 }) { return knownPeer }
        let owner = Self.owner(of: anyEnds.other, to: anyEnds.own)
        // One whose program has closed it already is nobody's, and came from here all the same.
        let peer: TrustedProxies.Peer = owner != nil || OwnAddresses.contain(anyEnds.other) ? .here(owner) : .elsewhere
        knownPeer.withLock { $0 = peer }
        return peer
    }

    /// What a session over this connection is bound to: `uid 1000`; empty: it comes over the network, or can't be told.
    var place: String {
        owner.map(Self.place(of:)) ?? ""
    }

    /// nil: it comes over the network, or can't be told.
    var owner: UInt32? {
        guard let ends else { return nil }
        if let known = known.withLock({ $0 }) { return known }
        guard let owner = Self.owner(of: ends.other, to: ends.own) else { return nil }
        known.withLock { $0 = owner }
        return owner
    }

    private static func place(of owner: UInt32) -> String { "uid \(owner)" }

    /// The same, where it was found out before; nil: it was not.
    var knownPlace: String? { ends == nil ? "" : known.withLock { $0 }.map(Self.place(of:)) }

    private static func isLoopback(_ address: SocketAddress) -> Bool {
        let text = address.ipAddress ?? ""
        return text.hasPrefix("127.") || text == "::1" || text.hasPrefix("::ffff:127.")
    }

    /// The owner of the socket between two addresses of this machine, as the kernel says; nil: nobody has it.
    static func owner(of near: SocketAddress, to far: SocketAddress) -> UInt32? {
        if let owner = asked(near, far) { return owner }
        // The other end is there as long as the connection is. A kernel that doesn't find that one either was built without the
        // answer (CONFIG_INET_DIAG), or a filter of system calls forbids to ask: its tables say the same, in a time that grows with them.
        return asked(far, near) == nil ? SocketTable.owner(of: near, to: far) : nil
    }

    /// One question for one socket, however many there are.
    static func asked(_ near: SocketAddress, _ far: SocketAddress) -> UInt32? {
        guard let near = end(near), let far = end(far), near.is_long == far.is_long else { return nil }
        var owner: uid_t = 0
        return linux_socket_owner(near, far, &owner) == 0 ? owner : nil
    }

    private static func end(_ address: SocketAddress) -> linux_socket_end? {
        guard let ip = address.ipAddress, let port = address.port.flatMap({ UInt16(exactly: $0) }) else { return nil }
        var end = linux_socket_end()
        end.is_long = ip.contains(":")
        end.port = port
        let isRead = withUnsafeMutableBytes(of: &end.address) {
            inet_pton(ip.contains(":") ? AF_INET6 : AF_INET, ip, $0.baseAddress)
        }
        return isRead == 1 ? end : nil
    }
}
