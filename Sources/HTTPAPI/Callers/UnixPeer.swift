import Glibc
import NIOCore
import WireModel

/// A descriptor of a process, closed with its last owner.
final class PeerProcess: Sendable {
    let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }
}

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
    /// Names the process though its number may be given to another one; nil: the kernel has none (before Linux 6.5).
    let process: PeerProcess?

    /// nil: the channel is not a Unix socket, or nobody is at its other end any more. Throws when it can't be asked now.
    static func of(_ channel: any Channel) async throws(Problem) -> UnixPeer? {
        guard let provider = channel as? any SocketOptionProvider else { return nil }
        let credentials: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        do {
            let found = try await credentials.get()
            guard found.pid > 0 else { return nil }
            return UnixPeer(pid: found.pid, uid: found.uid, process: try await process(provider))
        } catch {
            if isExhaustion(error) { throw .peerNotJudged }
            return nil
        }
    }

    /// Too many open files, or too little memory.
    static func isExhaustion(_ error: any Error) -> Bool {
        [EMFILE, ENFILE, ENOMEM, ENOBUFS].contains((error as? IOError)?.errnoCode)
    }

    private static func process(_ provider: any SocketOptionProvider) async throws -> PeerProcess? {
        let descriptor: EventLoopFuture<Int32> = provider.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: 77 /* SO_PEERPIDFD */))
        do {
            return PeerProcess(try await descriptor.get())
        } catch let error as IOError where error.errnoCode == ENOPROTOOPT {
            return nil
        }
    }
}
