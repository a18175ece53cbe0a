import CLinux
package import EngineInterface
package import FleetModel
import Foundation

extension LocalEngine {
    /// How long a program's port may take to answer, in milliseconds.
    private static let patience: Int32 = 5_000

    /// carrel-init connects, with the rights and the view of the work, and passes the connection on.
    package func connect(to attempt: AttemptKey) async throws(EngineError) -> Int32 {
        let answer: AttachClient.Answer
        do throws(EngineError) { answer = try await converse(attempt, .connect, value: 0) } catch {
            // It has ended, or is about to.
            guard case .failed = error else { throw error }
            throw .noConnection(.noDoor)
        }
        switch Int32(clamping: answer.value) {
        case 0: break
        case ENXIO: throw .noConnection(.noDoor)
        case ECONNREFUSED: throw .noConnection(.nobodyListens)
        case EAGAIN: throw .noConnection(.crowded)
        case EXDEV, ENOTSOCK, ELOOP, EPROTOTYPE, EACCES, EPERM: throw .noConnection(.notTheWork)
        case let number: throw .failed(detail: SystemFailure("connect to the session of attempt \(attempt)", number).text)
        }
        guard let socket = answer.descriptor else { throw .noDescriptor }
        return try await Self.completed(socket)
    }

    /// A port's answer may be on its way still. On a thread that may wait.
    private static func completed(_ socket: Descriptor) async throws(EngineError) -> Int32 {
        let result: Result<Int32, EngineError> = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: complete(socket)) }
        }
        return try result.get()
    }

    private static func complete(_ socket: Descriptor) -> Result<Int32, EngineError> {
        // What comes from the sandbox is what it should be, whoever sent it.
        guard option(SO_TYPE, of: socket) == Int32(SOCK_STREAM.rawValue),
            let family = option(SO_DOMAIN, of: socket), [AF_UNIX, AF_INET].contains(family)
        else { return .failure(.noConnection(.notTheWork)) }
        var polled = pollfd(fd: socket.number, events: Int16(POLLOUT), revents: 0)
        guard poll(&polled, 1, patience) > 0 else { return .failure(.noConnection(.crowded)) }
        guard option(SO_ERROR, of: socket) == 0 else { return .failure(.noConnection(.nobodyListens)) }
        let own = fcntl(socket.number, F_DUPFD_CLOEXEC, 3)
        guard own >= 0 else { return .failure(.noDescriptor) }
        _ = fcntl(own, F_SETFL, fcntl(own, F_GETFL) | O_NONBLOCK)
        return .success(own)
    }

    private static func option(_ name: Int32, of socket: Descriptor) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(socket.number, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }
}
