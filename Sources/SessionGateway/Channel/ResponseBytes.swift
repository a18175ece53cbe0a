import NIOCore
import NIOHTTP1

/// Writes answers as bytes. NIO's encoder chooses the framing by itself, and gives the answer to a HEAD request a body.
enum ResponseBytes {
    static func head(_ status: Int, _ reason: String, _ headers: HTTPHeaders, _ allocator: ByteBufferAllocator) -> ByteBuffer {
        var bytes = allocator.buffer(capacity: 512)
        bytes.writeStaticString("HTTP/1.1 ")
        bytes.writeString("\(status)")
        bytes.writeStaticString(" ")
        bytes.writeString(reason)
        bytes.writeStaticString("\r\n")
        write(headers, to: &bytes)
        return bytes
    }

    /// What stands before a chunk; "\r\n" stands behind it.
    static func chunkHead(_ count: Int, _ allocator: ByteBufferAllocator) -> ByteBuffer {
        var bytes = allocator.buffer(capacity: 20)
        bytes.writeString(String(count, radix: 16))
        bytes.writeStaticString("\r\n")
        return bytes
    }

    static func lastChunk(_ trailers: HTTPHeaders, _ allocator: ByteBufferAllocator) -> ByteBuffer {
        var bytes = allocator.buffer(capacity: trailers.isEmpty ? 8 : 256)
        bytes.writeStaticString("0\r\n")
        write(trailers, to: &bytes)
        return bytes
    }

    /// An answer of the gateway's own, whole.
    static func refusal(
        _ refusal: GatewayRefusal, of method: HTTPMethod?, isLast: Bool, _ allocator: ByteBufferAllocator
    ) -> ByteBuffer {
        let status = HTTPResponseStatus(statusCode: refusal.status)
        var headers = HTTPHeaders(refusal.headers.filter { isClean($0.name) && isClean($0.value) }.map { ($0.name, $0.value) })
        for name in ["content-length", "transfer-encoding", "connection"] { headers.remove(name: name) }
        if status.mayHaveResponseBody { headers.add(name: "Content-Length", value: "\(refusal.body.utf8.count)") }
        if isLast { headers.add(name: "Connection", value: "close") }
        var bytes = head(refusal.status, status.reasonPhrase, headers, allocator)
        if status.mayHaveResponseBody, method != .HEAD { bytes.writeString(refusal.body) }
        return bytes
    }

    private static func isClean(_ text: String) -> Bool { !text.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7f } }

    private static func write(_ headers: HTTPHeaders, to bytes: inout ByteBuffer) {
        for (name, value) in headers {
            bytes.writeString(name)
            bytes.writeStaticString(": ")
            bytes.writeString(value)
            bytes.writeStaticString("\r\n")
        }
        bytes.writeStaticString("\r\n")
    }
}
