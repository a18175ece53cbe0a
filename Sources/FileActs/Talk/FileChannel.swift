import Foundation
import Glibc

/// A socket with lines of JSON and pieces of bytes on it, for either end. Calls wait. What the other end sends is believed in
/// nothing but its form.
final class FileChannel {
    /// Closed by whoever gave it.
    let socket: Int32
    private var buffer: [UInt8] = []
    private var start = 0

    /// The longest line: a listing of long names.
    static let longestLine = 8 << 20
    /// The longest piece of a file.
    static let longestPiece = 1 << 20

    init(_ socket: Int32) { self.socket = socket }

    func send(_ value: some Encodable) throws(FileFault) {
        guard let data = try? JSONEncoder().encode(value) else { throw .failed(code: EINVAL) }
        try send((Array(data) + [UInt8(ascii: "\n")])[...])
    }

    func send(_ bytes: ArraySlice<UInt8>) throws(FileFault) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .silent }
            rest = rest.dropFirst(count)
        }
    }

    /// A piece of a file with its length before it; an empty one is the end.
    func sendPiece(_ bytes: ArraySlice<UInt8>) throws(FileFault) {
        let length = bytes.count
        try send([0, 8, 16, 24].map { UInt8(truncatingIfNeeded: length >> $0) }[...])
        try send(bytes)
    }

    /// Throws `silent` where the other end has gone or says nothing for too long.
    func receive<Value: Decodable>(_ type: Value.Type) throws(FileFault) -> Value {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = buffer[start..<end]
                start = end + 1
                guard let value = try? JSONDecoder().decode(type, from: Data(line)) else { throw .silent }
                return value
            }
            guard buffer.count - start <= Self.longestLine else { throw .silent }
            let known = buffer.count - start
            try fill()
            searched = start + known
        }
    }

    /// The next piece; empty: that was all.
    func receivePiece() throws(FileFault) -> [UInt8] {
        let head = try take(4)
        let length = head.enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
        guard length <= Self.longestPiece else { throw .silent }
        return try take(length)
    }

    /// Bytes that come without a length, at most so many; empty: the other end has gone.
    func receiveSome(_ most: Int) throws(FileFault) -> [UInt8] {
        if start == buffer.count, try !fillIfOpen() { return [] }
        let end = min(buffer.count, start + most)
        defer { start = end }
        return Array(buffer[start..<end])
    }

    /// Whether something is there to be received. Doesn't wait.
    var hasNews: Bool {
        if start < buffer.count { return true }
        var polled = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&polled, 1, 0) > 0
    }

    private func take(_ count: Int) throws(FileFault) -> [UInt8] {
        while buffer.count - start < count { try fill() }
        defer { start += count }
        return Array(buffer[start..<start + count])
    }

    private func fill() throws(FileFault) { if try !fillIfOpen() { throw .silent } }

    private func fillIfOpen() throws(FileFault) -> Bool {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        var part = [UInt8](repeating: 0, count: 262_144)
        while true {
            let count = recv(socket, &part, part.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .silent }
            buffer += part[..<count]
            return count > 0
        }
    }
}
