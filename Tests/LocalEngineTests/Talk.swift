import Foundation
import Glibc

@testable import LocalEngine

/// What goes through a connection to a session's program.
enum Talk {
    /// Sends a line, gives all that comes back, without its line's end, and closes the connection.
    @Sendable static func once(_ number: Int32, _ line: String) async throws -> String {
        let socket = Descriptor(number)
        _ = fcntl(number, F_SETFL, 0)
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        try socket.write(Array((line + "\n").utf8), doing: "talk")
                        var answer: [UInt8] = []
                        while let part = try socket.readSome(), !part.isEmpty { answer += part }
                        return String(decoding: answer, as: UTF8.self).trimmingCharacters(in: .newlines)
                    })
            }
        }
    }
}
