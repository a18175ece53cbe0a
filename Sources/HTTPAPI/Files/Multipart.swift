import WireModel

/// Takes a form with files apart (`multipart/form-data`, RFC 7578) as it comes, and holds back no more than a boundary's length.
struct Multipart {
    enum Piece: Equatable {
        /// A field begins.
        /// - Parameter file: what the sender calls the file, as bytes; nil: it is none.
        case field(name: String, file: [UInt8]?)
        case bytes([UInt8])
        case fieldEnd
        /// The form is whole.
        case end
    }

    /// The body is no such form.
    struct Malformed: Error, Equatable {}

    private enum Stage { case preamble, heads, content, over }

    private let boundary: [UInt8]
    private var buffer: [UInt8] = []
    private var stage = Stage.preamble
    private var fields = 0

    private static let longestHeads = 16_384
    private static let longestPreamble = 4_096
    private static let mostFields = 1_000

    /// - Parameter type: the `Content-Type`; nil is returned where it is none of a form with files.
    init?(type: String) {
        let parts = type.split(separator: ";").map { $0.trimmingBlanks }
        guard parts.first?.lowercased() == "multipart/form-data",
            let parameter = parts.first(where: { $0.lowercased().hasPrefix("boundary=") })
        else { return nil }
        var value = parameter.dropFirst("boundary=".count)
        if value.count >= 2, value.first == "\"", value.last == "\"" { value = value.dropFirst().dropLast() }
        guard (1...70).contains(value.utf8.count), value.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else { return nil }
        boundary = Array("--\(value)".utf8)
    }

    private static let lineEnd: [UInt8] = [13, 10]

    mutating func take(_ bytes: some Sequence<UInt8>) throws(Malformed) -> [Piece] {
        buffer += bytes
        var pieces: [Piece] = []
        while try step(&pieces) {}
        return pieces
    }

    /// The body has ended. Throws where the form has not.
    func finish() throws(Malformed) { if stage != .over { throw Malformed() } }

    /// Whether there is more to be done with what is there.
    private mutating func step(_ pieces: inout [Piece]) throws(Malformed) -> Bool {
        switch stage {
        case .preamble: return try begin(&pieces)
        case .heads: return try readHeads(&pieces)
        case .content: return try readContent(&pieces)
        case .over:
            buffer = []
            return false
        }
    }

    private mutating func begin(_ pieces: inout [Piece]) throws(Malformed) -> Bool {
        guard let start = buffer.place(of: boundary, from: 0) else {
            guard buffer.count <= Self.longestPreamble else { throw Malformed() }
            return false
        }
        return try pass(boundaryAt: start, &pieces)
    }

    /// Behind a boundary stands a line end and a field, or `--` and nothing.
    private mutating func pass(boundaryAt start: Int, _ pieces: inout [Piece]) throws(Malformed) -> Bool {
        let end = start + boundary.count
        guard buffer.count >= end + 2 else { return false }
        switch Array(buffer[end..<end + 2]) {
        case Self.lineEnd: stage = .heads
        case [0x2d, 0x2d]:
            stage = .over
            pieces.append(.end)
        default: throw Malformed()
        }
        buffer.removeFirst(end + 2)
        return true
    }

    private mutating func readHeads(_ pieces: inout [Piece]) throws(Malformed) -> Bool {
        guard let end = buffer.place(of: Self.lineEnd + Self.lineEnd, from: 0) else {
            guard buffer.count <= Self.longestHeads else { throw Malformed() }
            return false
        }
        fields += 1
        guard fields <= Self.mostFields, let field = Self.field(Array(buffer[..<end])) else { throw Malformed() }
        buffer.removeFirst(end + 4)
        pieces.append(.field(name: field.name, file: field.file))
        stage = .content
        return true
    }

    private mutating func readContent(_ pieces: inout [Piece]) throws(Malformed) -> Bool {
        let mark = Self.lineEnd + boundary
        if let end = buffer.place(of: mark, from: 0) {
            guard buffer.count >= end + mark.count + 2 else { return hand(on: end, &pieces) }
            if end > 0 { pieces.append(.bytes(Array(buffer[..<end]))) }
            pieces.append(.fieldEnd)
            buffer.removeFirst(end + 2)
            return try pass(boundaryAt: 0, &pieces)
        }
        return hand(on: max(0, buffer.count - mark.count), &pieces)
    }

    private mutating func hand(on count: Int, _ pieces: inout [Piece]) -> Bool {
        if count > 0 {
            pieces.append(.bytes(Array(buffer[..<count])))
            buffer.removeFirst(count)
        }
        return false
    }

    /// Of `Content-Disposition: form-data; name="…"; filename="…"`.
    private static func field(_ heads: [UInt8]) -> (name: String, file: [UInt8]?)? {
        for line in heads.split(separator: 10) {
            let line = line.last == 13 ? Array(line.dropLast()) : Array(line)
            let prefix = String(decoding: line.prefix(20), as: UTF8.self).lowercased()
            guard prefix == "content-disposition:", let name = parameter("name", line) else { continue }
            return (String(decoding: name, as: UTF8.self), parameter("filename", line))
        }
        return nil
    }

    /// A quoted parameter; browsers write quotes and line ends in it as `%22`, `%0D` and `%0A`, and nothing else so.
    private static func parameter(_ name: String, _ line: [UInt8]) -> [UInt8]? {
        let mark = Array("; \(name)=\"".utf8), tight = Array(";\(name)=\"".utf8)
        guard
            let start = line.place(of: mark, from: 0).map({ $0 + mark.count })
                ?? line.place(of: tight, from: 0).map({ $0 + tight.count }),
            let end = line[start...].firstIndex(of: UInt8(ascii: "\""))
        else { return nil }
        var value: [UInt8] = [], rest = line[start..<end]
        while let byte = rest.first {
            let escape = String(decoding: rest.prefix(3), as: UTF8.self).uppercased()
            if let meant = ["%22": UInt8(0x22), "%0D": 13, "%0A": 10][escape] {
                value.append(meant)
                rest = rest.dropFirst(3)
            } else {
                value.append(byte)
                rest = rest.dropFirst()
            }
        }
        return value
    }
}

extension [UInt8] {
    /// Where a run of bytes begins; nil: it is not there.
    fileprivate func place(of wanted: [UInt8], from start: Int) -> Int? {
        guard let first = wanted.first, count >= wanted.count else { return nil }
        return withUnsafeBufferPointer { bytes in
            var at = start
            let last = bytes.count - wanted.count
            while at <= last {
                if bytes[at] == first, bytes[at..<at + wanted.count].elementsEqual(wanted) { return at }
                at += 1
            }
            return nil
        }
    }
}

extension Substring {
    fileprivate var trimmingBlanks: String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
