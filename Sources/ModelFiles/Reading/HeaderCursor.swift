/// Reads a file from front to back through a small window, and jumps over what nobody asks for.
struct HeaderCursor {
    let file: OpenFile
    /// Bytes from the file's beginning.
    private(set) var position: Int
    /// Where what is read ends; reading past it is an error.
    var end: Int
    private var window: [UInt8] = []
    private var windowStart = 0

    /// Weights are jumped over, so that a larger window would mostly be read for nothing.
    private static let windowBytes = 16 << 10

    init(_ file: OpenFile, at position: Int = 0, end: Int? = nil) {
        self.file = file
        self.position = position
        self.end = end ?? file.size
    }

    var left: Int { end - position }

    mutating func byte() throws(ModelFileError) -> UInt8 {
        let at = try reach(1)
        position += 1
        return window[at]
    }

    mutating func little<Number: FixedWidthInteger>(_ type: Number.Type) throws(ModelFileError) -> Number {
        let size = MemoryLayout<Number>.size
        let at = try reach(size)
        position += size
        return window.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: Number.self)) }
    }

    /// - Parameter count: has been checked against a limit.
    mutating func bytes(_ count: Int) throws(ModelFileError) -> [UInt8] {
        guard count >= 0, count <= left else {
            throw .truncated(file: file.name, offset: position, needs: count, size: end)
        }
        if count <= Self.windowBytes {
            guard count > 0 else { return [] }
            let at = try reach(count)
            position += count
            return Array(window[at..<(at + count)])
        }
        let bytes = try file.bytes(at: position, count: count)
        position += count
        return bytes
    }

    mutating func skip(_ count: Int) throws(ModelFileError) {
        guard count >= 0, count <= left else {
            throw .truncated(file: file.name, offset: position, needs: count, size: end)
        }
        position += count
    }

    /// - Returns: where the next bytes are in the window.
    private mutating func reach(_ count: Int) throws(ModelFileError) -> Int {
        guard count <= left else { throw .truncated(file: file.name, offset: position, needs: count, size: end) }
        if position < windowStart || position + count > windowStart + window.count {
            window = try file.bytes(at: position, count: min(Self.windowBytes, file.size - position))
            windowStart = position
        }
        return position - windowStart
    }
}
