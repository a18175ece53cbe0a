import Glibc
import NIOCore

/// The process on the other end of a Unix socket, as the kernel names it.
struct UnixPeer: Sendable {
    /// The kernel's `struct ucred`, which glibc shows to GNU sources only.
    private struct Credentials {
        var pid: Int32 = 0
        var uid: UInt32 = 0
        var gid: UInt32 = 0
    }

    let pid: Int32
    let uid: UInt32

    /// nil: the channel is not a Unix socket.
    static func of(_ channel: any Channel) async -> UnixPeer? {
        guard let provider = channel as? any SocketOptionProvider else { return nil }
        let credentials: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        guard let found = try? await credentials.get(), found.pid > 0 else { return nil }
        return UnixPeer(pid: found.pid, uid: found.uid)
    }
}
