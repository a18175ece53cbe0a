package import NIOCore

/// Follows the WebSocket frames that a client sends (RFC 6455, section 5.2), and says when one carries something.
///
/// A tab that was left open answers pings for days, and some programs' pages send a small frame with data every few seconds. What
/// somebody types or clicks comes in frames with more. It reads lengths and the kinds of frames, keeps no byte of what they
/// carry, and passes no judgement on what is no WebSocket.
package struct PersonFrames: Sendable {
    /// What has come of the head of the next frame: 14 bytes at most.
    private var head: [UInt8] = []
    /// Bytes of the frame's body that are still to come.
    private var left: UInt64 = 0

    private let least: UInt64

    /// - Parameter least: frames with fewer bytes count for nothing.
    package init(least: Int = 1) { self.least = UInt64(least) }

    /// Takes what came next. True: a frame with data began in it.
    package mutating func take(_ bytes: ByteBuffer) -> Bool {
        let view = bytes.readableBytesView
        var at = view.startIndex, carries = false
        while at < view.endIndex {
            if left > 0 {
                let step = min(left, UInt64(view.endIndex - at))
                left -= step
                at += Int(step)
                continue
            }
            head.append(view[at])
            at += 1
            guard let length = bodyLength else { continue }
            // 0 to 2: text, bytes, and what goes on from the frame before. 8 to 10 close, ping and answer.
            if head[0] & 0x0f < 8, length >= least { carries = true }
            left = length
            head.removeAll(keepingCapacity: true)
        }
        return carries
    }

    /// Once the head is whole.
    private var bodyLength: UInt64? {
        guard head.count >= 2 else { return nil }
        let short = head[1] & 0x7f, lengthBytes = short == 126 ? 2 : short == 127 ? 8 : 0
        let mask = head[1] & 0x80 == 0 ? 0 : 4
        guard head.count == 2 + lengthBytes + mask else { return nil }
        guard lengthBytes > 0 else { return UInt64(short) }
        return head[2..<2 + lengthBytes].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
