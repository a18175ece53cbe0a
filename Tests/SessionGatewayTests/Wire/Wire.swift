import NIOCore
import NIOPosix
import Testing

/// One end of a connection, byte by byte, for tests that play a client or a backend. One task at a time uses it.
final class Wire: @unchecked Sendable {
    struct Ended: Error { let received: String }

    let channel: any Channel
    private var incoming: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outgoing: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var buffer = ByteBuffer()

    private init(
        _ channel: any Channel, _ incoming: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        _ outgoing: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.channel = channel
        self.incoming = incoming
        self.outgoing = outgoing
    }

    func send(_ text: String) async throws { try await outgoing.write(ByteBuffer(string: text)) }

    func send(_ bytes: ByteBuffer) async throws { try await outgoing.write(bytes) }

    /// Comes back when the kernel has it.
    func sendOut(_ bytes: ByteBuffer) async throws { try await channel.writeAndFlush(bytes).get() }

    /// Says that nothing follows.
    func finish() { outgoing.finish() }

    /// What comes up to and with a marker.
    func receive(until marker: String) async throws -> String {
        while true {
            if let range = buffer.readableBytesView.firstRange(of: Array(marker.utf8)) {
                return buffer.readString(length: range.upperBound - buffer.readerIndex) ?? ""
            }
            guard try await more() else { throw Ended(received: String(buffer: buffer)) }
        }
    }

    func receive(count: Int) async throws -> String {
        while buffer.readableBytes < count {
            guard try await more() else { throw Ended(received: String(buffer: buffer)) }
        }
        return buffer.readString(length: count) ?? ""
    }

    /// Reads so many bytes away without keeping them.
    func skip(_ count: Int) async throws {
        var left = count
        while left > 0 {
            if buffer.readableBytes == 0, !(try await more()) { throw Ended(received: "\(count - left) bytes") }
            let part = min(left, buffer.readableBytes)
            buffer.moveReaderIndex(forwardBy: part)
            buffer.discardReadBytes()
            left -= part
        }
    }

    /// Everything up to the end; an end by force is an end.
    func receiveAll() async -> String {
        while (try? await more()) ?? false {}
        return buffer.readString(length: buffer.readableBytes) ?? ""
    }

    /// An answer with Content-Length.
    func receiveAnswer() async throws -> (head: String, body: String) {
        let head = try await receive(until: "\r\n\r\n")
        let line = head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
        let length = line.flatMap { Int($0.dropFirst("content-length:".count).drop { $0 == " " }) } ?? 0
        return (head, try await receive(count: length))
    }

    private func more() async throws -> Bool {
        guard var next = try await incoming.next() else { return false }
        buffer.writeBuffer(&next)
        return true
    }

    typealias Plain = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    static func wrap(_ channel: any Channel) -> EventLoopFuture<Plain> {
        channel.eventLoop.makeCompletedFuture {
            try Plain(wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }

    static func run<Result: Sendable>(
        _ plain: Plain, _ body: @Sendable (Wire) async throws -> Result
    ) async throws -> Result {
        try await plain.executeThenClose { incoming, outgoing in
            try await body(Wire(plain.channel, incoming.makeAsyncIterator(), outgoing))
        }
    }

    /// Connects to a loopback port.
    static func connect<Result: Sendable>(
        to port: Int, _ body: @escaping @Sendable (Wire) async throws -> Result
    ) async throws -> Result {
        let plain = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { wrap($0) }
        return try await run(plain, body)
    }
}
