import FileActs
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// The bytes of somebody's file, to be kept and never shown: what people store must not act in this server's name.
    static func download(_ entry: FileEntry, _ opened: OpenedFiles, on channel: any Channel) -> Response {
        var headers = HTTPFields.ofPages
        headers[.contentType] = "application/octet-stream"
        headers[.cacheControl] = "no-store"
        headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'; sandbox"
        headers[.contentDisposition] = "attachment; filename*=UTF-8''\(FilePath.escaped(entry.name))"
        let body = ResponseBody(contentLength: Int(entry.bytes)) { writer in
            let watch = TransferWatch()
            let watching = Task { await watch.run { channel.close(promise: nil) } }
            defer { watching.cancel() }
            var left = entry.bytes
            while left > 0 {
                let piece = try await opened.talk.receive(left)
                try await writer.write(ByteBuffer(bytes: piece))
                watch.moved()
                left -= Int64(piece.count)
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }
}
