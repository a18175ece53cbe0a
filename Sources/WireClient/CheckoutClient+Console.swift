import AsyncHTTPClient
import NIOCore
package import WireModel

extension CheckoutClient {
    /// Follows both streams of a request's work from two offsets; each frame is handed to `receive`. Returns when the
    /// server has said all of it: after the frame `end`, or without one when the connection was cut.
    /// - Parameter latest: of a terminal whose reader is far behind, only what is near the end.
    package nonisolated(nonsending) func followConsole(
        _ id: Int64, output: Int64, error: Int64, follow: Bool = true, latest: Bool = false,
        receive: (ConsoleFrame) async throws -> Void
    ) async throws {
        let body = try await open(
            "/v1/leases/\(id)/console?out=\(output)&error=\(error)&follow=\(follow ? 1 : 0)&notices=1"
                + (latest ? "&latest=1" : ""))
        var decoder = ConsoleFrameDecoder()
        var iterator = body.makeAsyncIterator()
        while true {
            let next: ByteBuffer?
            // However the connection broke, it broke: the caller resumes.
            do { next = try await iterator.next() } catch { throw failure(error) }
            guard let buffer = next else { return }
            decoder.append(buffer.readableBytesView)
            do {
                while let frame = try decoder.next() { try await receive(frame) }
            } catch let error as ConsoleFrameDecoder.Malformed {
                throw ClientError.malformed(detail: "\(error)")
            }
        }
    }
}
