package import Foundation
import AsyncHTTPClient
import NIOCore
import NIOFoundationCompat

extension CheckoutClient {
    /// Hands an answer's bytes on, piece by piece. An answer that is cut off is an error.
    package func download(
        _ path: String, _ sink: @Sendable (Data) throws -> Void
    ) async throws {
        let body = try await open(path)
        do {
            for try await piece in body { try sink(Data(buffer: piece)) }
        } catch let error as CocoaError {
            throw error
        } catch {
            throw failure(error)
        }
    }
}
