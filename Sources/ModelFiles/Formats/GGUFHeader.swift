/// GGUF version 2 and 3 (github.com/ggml-org/ggml, docs/gguf.md), little-endian: keys with values, then a line for each
/// tensor, then the tensors, each at a multiple of an alignment.
struct GGUFHeader {
    var tally = Tally()
    /// Whole numbers by key; of a list, one per layer, the largest.
    var numbers: [String: Int] = [:]
    var texts: [String: String] = [:]
    /// Words in the vocabulary, by the length of their list.
    var tokens: Int?

    /// A tensor's line.
    private struct Line {
        let name: String
        let type: UInt32
        let elements: Int
        /// Bytes behind the header.
        let begin: Int
        /// nil where the type is not known.
        let bytes: Int?
    }

    /// - Parameter room: tensors that there may be.
    static func read(_ file: OpenFile, room: Int) throws(ModelFileError) -> GGUFHeader {
        var cursor = HeaderCursor(file)
        let magic = try cursor.bytes(4)
        guard magic == Array("GGUF".utf8) else {
            throw .malformed(file: file.name, offset: 0, expected: "'GGUF'", found: "bytes \(magic)")
        }
        let version = try cursor.little(UInt32.self)
        guard version == 2 || version == 3 else {
            let isSwapped = version.byteSwapped >= 1 && version.byteSwapped <= 3
            throw .unsupported(file: file.name, what: isSwapped ? .bigEndian : .ggufVersion(version))
        }
        let tensors = try count(&cursor, .tensors, most: Limit.tensors, each: 24)
        let keys = try count(&cursor, .keys, most: Limit.keys, each: 13)
        guard tensors <= room else {
            throw .tooMany(file: file.name, what: .tensors, found: Limit.tensors - room + tensors, most: Limit.tensors)
        }
        // What lies behind is weights, whatever the lengths say.
        let isCut = cursor.end > Limit.ggufHeader
        cursor.end = min(cursor.end, Limit.ggufHeader)
        do throws(ModelFileError) {
            var header = try GGUFKeys.read(&cursor, count: keys)
            var lines: [Line] = []
            var names: Set<String> = []
            for _ in 0..<tensors {
                let line = try line(&cursor)
                guard names.insert(line.name).inserted else {
                    throw .twice(file: file.name, name: PlainText.short(line.name))
                }
                lines.append(line)
            }
            try header.add(lines, file, header: cursor.position)
            return header
        } catch {
            guard isCut, case .truncated(_, let offset, let needs, Limit.ggufHeader) = error else { throw error }
            let (found, _) = UInt64(offset).addingReportingOverflow(UInt64(needs))
            throw .tooLarge(file: file.name, what: .header, found: found, most: Limit.ggufHeader)
        }
    }

    /// - Parameter each: bytes that one takes at least.
    private static func count(
        _ cursor: inout HeaderCursor, _ what: ModelFileError.Part, most: Int, each: Int
    ) throws(ModelFileError) -> Int {
        let offset = cursor.position
        let found = try cursor.little(UInt64.self)
        guard found <= most else {
            throw .tooMany(file: cursor.file.name, what: what, found: Int(clamping: found), most: most)
        }
        guard Int(found) * each <= cursor.left else {
            throw .truncated(file: cursor.file.name, offset: offset, needs: Int(found) * each, size: cursor.end)
        }
        return Int(found)
    }

    private static func line(_ cursor: inout HeaderCursor) throws(ModelFileError) -> Line {
        let file = cursor.file.name
        let name = try GGUFKeys.string(&cursor, .name, most: Limit.name)
        let count = try cursor.little(UInt32.self)
        guard count <= 8 else { throw .tooMany(file: file, what: .dimensions, found: Int(count), most: 8) }
        var shape: [Int] = []
        for _ in 0..<count {
            let offset = cursor.position
            let size = try cursor.little(Int64.self)
            guard size >= 0 else {
                throw .malformed(file: file, offset: offset, expected: "a size of 0 or more", found: "\(size)")
            }
            shape.append(Int(size))
        }
        let type = try cursor.little(UInt32.self)
        let offset = cursor.position
        let begin = try cursor.little(Int64.self)
        guard begin >= 0 else {
            throw .malformed(file: file, offset: offset, expected: "a place of 0 or more", found: "\(begin)")
        }
        guard let elements = Tally.elements(shape) else { throw .overflow(file: file, tensor: PlainText.short(name)) }
        var bytes: Int?
        if let known = GGMLType.of(type) {
            // Rows are whole blocks.
            guard (shape.first ?? 1) % known.block == 0 else {
                throw .malformed(
                    file: file, offset: offset, expected: "rows of whole blocks of \(known.block)",
                    found: "rows of \(shape.first ?? 1)")
            }
            let (product, overflow) = (elements / known.block).multipliedReportingOverflow(by: known.bytes)
            guard !overflow else { throw .overflow(file: file, tensor: PlainText.short(name)) }
            bytes = product
        }
        return Line(name: name, type: type, elements: elements, begin: Int(begin), bytes: bytes)
    }

    /// - Parameter header: bytes that it takes.
    private mutating func add(_ lines: [Line], _ file: OpenFile, header: Int) throws(ModelFileError) {
        guard !lines.isEmpty else { return }
        let alignment = numbers["general.alignment"] ?? 32
        guard alignment > 0, alignment <= 1 << 20 else {
            throw .malformed(file: file.name, offset: 0, expected: "an alignment up to 1 MiB", found: "\(alignment)")
        }
        let data = (header + alignment - 1) / alignment * alignment
        let lines = lines.sorted { ($0.begin, $0.bytes ?? 0) < ($1.begin, $1.bytes ?? 0) }
        var reached = 0
        for (index, line) in lines.enumerated() {
            let short = PlainText.short(line.name)
            guard line.begin >= reached else {
                throw .overlap(file: file.name, tensor: short, begin: data + line.begin, previousEnd: data + reached)
            }
            guard line.begin % alignment == 0 else {
                throw .malformed(
                    file: file.name, offset: header, expected: "the tensor '\(short)' at a multiple of \(alignment)",
                    found: "\(line.begin)")
            }
            // How much one of an unknown type takes, the place of the next one shows.
            let next = index + 1 < lines.count ? lines[index + 1].begin : max(line.begin, file.size - data)
            let bytes = line.bytes ?? next - line.begin
            let (end, overflow) = line.begin.addingReportingOverflow(bytes)
            guard !overflow, end <= file.size - data else {
                let (place, beyond) = end.addingReportingOverflow(data)
                throw .outside(
                    file: file.name, tensor: short, end: overflow || beyond ? .max : place, size: file.size)
            }
            reached = end
            let type = GGMLType.of(line.type)
            try tally.add(
                line.name, precision: type?.name ?? "type \(line.type)", parameters: line.elements, bytes: bytes,
                quantised: type?.isQuantised ?? false, file: file.name)
        }
    }
}
