import CLinux
import Foundation

/// Frames on the control socket: the length and the number of descriptors, four bytes each, then JSON.
enum FrameCoding {
    static let headerBytes = 8
    /// A work order may hold 2 MiB of environment, and JSON may double it.
    static let longest = 64 << 20

    static func encode(_ value: some Encodable, descriptors: Int = 0) -> [UInt8] {
        // Encoding these types can't fail: they hold numbers, strings and arrays.
        let body = (try? JSONEncoder().encode(value)) ?? Data()
        var frame: [UInt8] = []
        frame.reserveCapacity(headerBytes + body.count)
        for number in [UInt32(body.count), UInt32(descriptors)] {
            withUnsafeBytes(of: number.littleEndian) { frame.append(contentsOf: $0) }
        }
        return frame + body
    }
}

/// Cuts what arrives into frames and gives each the descriptors that came with it.
struct FrameReader {
    struct Frame {
        let body: Data
        /// Fewer than were sent, where this process had no room for them.
        let descriptors: [Descriptor]
    }

    enum Trouble: Error {
        case ended
        case broken
    }

    private var bytes: [UInt8] = []
    /// A set for each frame that was sent with some: the kernel hands them over one set at a time.
    private var sets: [[Descriptor]] = []

    /// Reads what is there. Not blocking: returns at once.
    mutating func fill(from socket: Int32, blocking: Bool) throws(Trouble) {
        var part = [UInt8](repeating: 0, count: 65_536)
        var numbers = [Int32](repeating: -1, count: 8)
        var count = 0, dropped = false
        let got = part.withUnsafeMutableBytes {
            linux_receive(socket, $0.baseAddress, $0.count, &numbers, &count, &dropped, blocking)
        }
        if count > 0 || dropped { sets.append(numbers.prefix(count).map { Descriptor($0) }) }
        if got == -Int(EAGAIN) { return }
        guard got > 0 else { throw .ended }
        bytes += part[..<got]
    }

    /// The next whole frame; nil while there is none.
    mutating func next() throws(Trouble) -> Frame? {
        guard bytes.count >= FrameCoding.headerBytes else { return nil }
        let length = Int(number(at: 0)), count = Int(number(at: 4))
        guard length <= FrameCoding.longest, count <= 8 else { throw .broken }
        let end = FrameCoding.headerBytes + length
        guard bytes.count >= end else { return nil }
        let descriptors = count == 0 || sets.isEmpty ? [] : sets.removeFirst()
        let frame = Frame(body: Data(bytes[FrameCoding.headerBytes..<end]), descriptors: descriptors)
        bytes.removeFirst(end)
        return frame
    }

    private func number(at offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
    }
}
