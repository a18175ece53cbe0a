/// What a followed output looks like on the wire: a kind byte, the offset (8 bytes) and the length (4 bytes), both
/// big-endian, then the bytes. Media type `application/vnd.carrel.console`.
package struct ConsoleFrame: Equatable, Sendable {
    package enum Kind: UInt8, Sendable {
        case standardOutput = 1
        case standardError = 2
        /// Dropped bytes of standard output; the payload is their count in decimal.
        case outputGap = 3
        case errorGap = 4
        /// The payload is a `RequestView` in JSON; the last frame.
        case end = 5
        /// Nothing happened for a while; no payload.
        case heartbeat = 6
        /// The payload is a `NoticeView` in JSON; only for those who ask for notices.
        case notice = 7
        /// The payload is a `TerminalSizeView` in JSON: what follows is drawn for that size; only for those who ask for sizes.
        case size = 8
    }

    package static let mediaType = "application/vnd.carrel.console"
    package static let headerLength = 13
    /// No frame is longer than this.
    package static let longestPayload = 16 << 20

    package var kind: Kind
    package var offset: Int64
    package var payload: [UInt8]

    package init(kind: Kind, offset: Int64 = 0, payload: [UInt8] = []) {
        self.kind = kind
        self.offset = offset
        self.payload = payload
    }

    package var bytes: [UInt8] {
        var bytes: [UInt8] = [kind.rawValue]
        bytes.reserveCapacity(Self.headerLength + payload.count)
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: offset >> Int64(shift))) }
        for shift in stride(from: 24, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: payload.count >> shift)) }
        return bytes + payload
    }
}

/// Takes frames out of a stream of bytes.
package struct ConsoleFrameDecoder: Sendable {
    /// The stream is not one of frames.
    package struct Malformed: Error, Equatable, Sendable {}

    private var buffer: [UInt8] = []
    private var start = 0

    package init() {}

    package mutating func append(_ bytes: some Sequence<UInt8>) {
        if start > 1 << 16 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole frame; nil: more bytes are needed.
    package mutating func next() throws(Malformed) -> ConsoleFrame? {
        guard buffer.count - start >= ConsoleFrame.headerLength else { return nil }
        guard let kind = ConsoleFrame.Kind(rawValue: buffer[start]) else { throw Malformed() }
        let offset = buffer[start + 1..<start + 9].reduce(Int64(0)) { $0 << 8 | Int64($1) }
        let length = buffer[start + 9..<start + 13].reduce(0) { $0 << 8 | Int($1) }
        guard length <= ConsoleFrame.longestPayload else { throw Malformed() }
        let end = start + ConsoleFrame.headerLength + length
        guard buffer.count >= end else { return nil }
        let payload = Array(buffer[start + ConsoleFrame.headerLength..<end])
        start = end
        return ConsoleFrame(kind: kind, offset: offset, payload: payload)
    }
}
