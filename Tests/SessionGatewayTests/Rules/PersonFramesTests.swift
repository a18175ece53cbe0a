import NIOCore
import SessionGateway
import Testing

@Suite struct PersonFramesTests {
    /// A frame as a browser sends it: whole, masked.
    private static func frame(_ kind: UInt8, _ length: Int) -> [UInt8] {
        var bytes: [UInt8] = [0x80 | kind]
        switch length {
        case ..<126: bytes.append(0x80 | UInt8(length))
        case ..<65_536: bytes += [0x80 | 126, UInt8(length >> 8), UInt8(length & 0xff)]
        default: bytes += [0x80 | 127] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }
        }
        // The mask, and a body whose bytes all look like the head of a frame with data.
        return bytes + [1, 2, 3, 4] + Array(repeating: 0x81, count: length)
    }

    private static let ping: UInt8 = 9, answer: UInt8 = 10, close: UInt8 = 8, text: UInt8 = 1, bytes: UInt8 = 2,
        more: UInt8 = 0

    /// How many pieces carried something, where the stream comes in pieces of so many bytes.
    private static func count(_ stream: [UInt8], pieces: Int) -> Int {
        var frames = PersonFrames(), count = 0
        for start in stride(from: 0, to: stream.count, by: pieces) {
            if frames.take(ByteBuffer(bytes: stream[start..<min(start + pieces, stream.count)])) { count += 1 }
        }
        return count
    }

    @Test(arguments: [1, 2, 3, 7, 1_000, 1 << 20]) func pingsAreNothingHoweverTheyAreCut(pieces: Int) {
        let stream =
            Self.frame(Self.answer, 0) + Self.frame(Self.ping, 125) + Self.frame(Self.answer, 4) + Self.frame(Self.close, 2)
        #expect(Self.count(stream, pieces: pieces) == 0)
    }

    @Test(arguments: [1, 2, 3, 7]) func eachFrameWithDataIsOne(pieces: Int) {
        let stream =
            Self.frame(Self.answer, 4) + Self.frame(Self.text, 125) + Self.frame(Self.bytes, 126)
            + Self.frame(Self.more, 65_535)
            + Self.frame(Self.text, 65_536) + Self.frame(Self.ping, 30)
        #expect(Self.count(stream, pieces: pieces) == 4)
    }

    @Test func smallFramesCountWhereTheyShallAndElsewhereNot() {
        for length in [1, 13, 31, 32, 200] {
            var strict = PersonFrames(least: 32), usual = PersonFrames()
            let bytes = ByteBuffer(bytes: Self.frame(Self.bytes, length))
            #expect(strict.take(bytes) == (length >= 32) && usual.take(bytes))
        }
    }

    @Test func aFrameWithoutABodyIsNothing() {
        #expect(Self.count(Self.frame(Self.text, 0) + Self.frame(Self.answer, 0), pieces: 100) == 0)
    }

    @Test func aLengthBeyondAllMeasureIsWaitedFor() {
        var frames = PersonFrames()
        #expect(frames.take(ByteBuffer(bytes: [0x8a, 0xff] + Array(repeating: 0xff, count: 8) + [0, 0, 0, 0])) == false)
        #expect(frames.take(ByteBuffer(bytes: Self.frame(Self.text, 5))) == false)
    }
}
