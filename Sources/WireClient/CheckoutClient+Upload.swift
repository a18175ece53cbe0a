import AsyncHTTPClient
package import Foundation
import NIOCore
import NIOFoundationCompat

extension CheckoutClient {
    /// Sends so many bytes of an open file, piece by piece. They are sent once: what is cut off is to be asked for anew.
    /// - Parameter length: nil: as many as there are, such as of a pipe.
    /// - Parameter sent: told how many have gone so far.
    package func upload<Answer: Decodable>(
        _ file: FileHandle, length: Int64?, to path: String, as type: Answer.Type,
        sent: @escaping @Sendable (Int64) -> Void = { _ in }
    ) async throws(ClientError) -> Answer {
        let pieces = FilePieces(file: file, length: length, sent: sent)
        let bytes = try await stream(.put, path, pieces, length: length)
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(buffer: bytes))
        } catch {
            throw .malformed(detail: "the server's answer to \(path) is of another version: \(error)")
        }
    }
}

/// A file in pieces. What it holds beyond its length, since somebody writes to it, is left out.
private struct FilePieces: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let file: FileHandle
    let length: Int64?
    let sent: @Sendable (Int64) -> Void

    private static let pieceBytes = 1 << 18

    struct AsyncIterator: AsyncIteratorProtocol {
        let pieces: FilePieces
        var count: Int64 = 0

        mutating func next() async throws -> ByteBuffer? {
            let left = pieces.length.map { $0 - count } ?? .max
            guard left > 0 else { return nil }
            let piece = try pieces.file.read(upToCount: Int(Swift.min(left, Int64(FilePieces.pieceBytes)))) ?? Data()
            guard !piece.isEmpty else { return nil }
            count += Int64(piece.count)
            pieces.sent(count)
            return ByteBuffer(data: piece)
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pieces: self) }
}
