import Foundation
import NIOCore
import NIOPosix
import SessionGateway
import Synchronization

/// A backend on a Unix socket whose every connection follows a script.
struct Backend: Sendable {
    let path: String
    let accepted: Counter

    final class Counter: Sendable {
        private let value = Mutex(0)
        var count: Int { value.withLock { $0 } }
        func next() -> Int { value.withLock { $0 += 1; return $0 } }
    }

    /// The tasks of its connections; a backend that ends takes them with it.
    private final class Connections: Sendable {
        private let tasks = Mutex<[Task<Void, Never>]>([])
        func add(_ task: Task<Void, Never>) { tasks.withLock { $0.append(task) } }
        func end() async {
            for task in tasks.withLock({ $0 }) {
                task.cancel()
                await task.value
            }
        }
    }

    /// Where the gateway finds it.
    var way: GatewayBackend.Way { .unixSocket(path: path) }

    /// - Parameter script: what a connection does; its number counts from 1.
    static func with<Result: Sendable>(
        _ script: @escaping @Sendable (Wire, Int) async throws -> Void,
        _ body: @Sendable (Backend) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gw-\(UInt32.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await with(at: folder.path + "/s", script, body)
    }

    static func with<Result: Sendable>(
        at path: String, _ script: @escaping @Sendable (Wire, Int) async throws -> Void,
        _ body: @Sendable (Backend) async throws -> Result
    ) async throws -> Result {
        let backend = Backend(path: path, accepted: Counter())
        let connections = Connections()
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                Wire.wrap(channel).map { plain in
                    let number = backend.accepted.next()
                    connections.add(Task { try? await Wire.run(plain) { try await script($0, number) } })
                }
            }
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        do {
            let result = try await body(backend)
            try await server.close()
            await connections.end()
            return result
        } catch {
            try? await server.close()
            await connections.end()
            throw error
        }
    }
}
