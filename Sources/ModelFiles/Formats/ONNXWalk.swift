/// ONNX (onnx.proto): a protobuf message. Only the way to the tensors of the main graph is walked,
/// `ModelProto.graph` (7), `GraphProto.initializer` (5) and `sparse_initializer` (15); all else is jumped over, the
/// weights too, so that a file of many GiB is read in its first bytes and between its tensors.
struct ONNXWalk {
    private var cursor: HeaderCursor
    private var fields = 0

    private struct Field {
        let number: Int
        let type: Int
    }

    /// Of `TensorProto`: what counting needs.
    private struct Tensor {
        var name = ""
        var shape: [Int] = []
        var type = 0
        /// Bytes of `raw_data`; nil where the numbers lie elsewhere.
        var raw: Int?
        /// Bytes of texts.
        var texts = 0
    }

    static func count(_ file: OpenFile, into tally: inout Tally) throws(ModelFileError) {
        var walk = ONNXWalk(cursor: HeaderCursor(file))
        var hasGraph = false
        try walk.message(end: file.size) { (walk, field) throws(ModelFileError) in
            guard field.number == 7, field.type == 2 else { return try walk.skip(field) }
            hasGraph = true
            try walk.graph(&tally)
        }
        guard hasGraph else {
            throw .malformed(file: file.name, offset: file.size, expected: "a graph, as ONNX files have", found: "none")
        }
    }

    private init(cursor: HeaderCursor) { self.cursor = cursor }

    private mutating func graph(_ tally: inout Tally) throws(ModelFileError) {
        try message(end: inner()) { (walk, field) throws(ModelFileError) in
            switch (field.number, field.type) {
            case (5, 2): try walk.tensor(&tally)
            case (15, 2):
                // Of `SparseTensorProto`, the values that are not nought.
                try walk.message(end: walk.inner()) { (walk, field) throws(ModelFileError) in
                    guard field.number == 1, field.type == 2 else { return try walk.skip(field) }
                    try walk.tensor(&tally)
                }
            default: try walk.skip(field)
            }
        }
    }

    private mutating func tensor(_ tally: inout Tally) throws(ModelFileError) {
        var tensor = Tensor()
        try message(end: inner()) { (walk, field) throws(ModelFileError) in
            switch (field.number, field.type) {
            case (1, 0): try walk.dimension(&tensor)
            case (1, 2):
                let end = try walk.inner(), outer = walk.cursor.end
                walk.cursor.end = end
                while walk.cursor.left > 0 { try walk.dimension(&tensor) }
                walk.cursor.end = outer
            case (2, 0): tensor.type = Int(truncatingIfNeeded: try walk.varint())
            case (6, 2):
                let length = try walk.length()
                tensor.texts += length
                try walk.cursor.skip(length)
            case (8, 2):
                let length = try walk.length()
                guard length <= Limit.name else {
                    throw .tooLarge(file: walk.file, what: .name, found: UInt64(length), most: Limit.name)
                }
                tensor.name = PlainText.short(String(decoding: try walk.cursor.bytes(length), as: UTF8.self))
            case (9, 2):
                let length = try walk.length()
                tensor.raw = length
                try walk.cursor.skip(length)
            default: try walk.skip(field)
            }
        }
        try add(tensor, &tally)
    }

    private mutating func dimension(_ tensor: inout Tensor) throws(ModelFileError) {
        let offset = cursor.position
        let size = Int64(bitPattern: try varint())
        guard size >= 0 else {
            throw .malformed(file: file, offset: offset, expected: "a size of 0 or more", found: "\(size)")
        }
        guard tensor.shape.count < Limit.dimensions else {
            throw .tooMany(file: file, what: .dimensions, found: Limit.dimensions + 1, most: Limit.dimensions)
        }
        tensor.shape.append(Int(size))
    }

    private func add(_ tensor: Tensor, _ tally: inout Tally) throws(ModelFileError) {
        guard tally.tensors < Limit.tensors else {
            throw .tooMany(file: file, what: .tensors, found: Limit.tensors + 1, most: Limit.tensors)
        }
        guard let elements = Tally.elements(tensor.shape) else { throw .overflow(file: file, tensor: tensor.name) }
        let type = ONNXType.of(tensor.type)
        var bytes = tensor.raw ?? tensor.texts
        if let bits = type?.bits {
            guard let expected = Tally.bytes(elements, bits: bits) else {
                throw .overflow(file: file, tensor: tensor.name)
            }
            // Where the numbers lie beside the file, or in a list of their own type, the shape alone says how many.
            if let raw = tensor.raw, raw != expected {
                throw .wrongBytes(file: file, tensor: tensor.name, found: raw, expected: expected)
            }
            bytes = expected
        }
        let isText = tensor.type == ONNXType.text
        try tally.add(
            tensor.name, precision: type?.name ?? "type \(tensor.type)", parameters: isText ? 0 : elements,
            bytes: bytes,
            // Scales and zero points are of these types too, but then one number or a row of them.
            quantised: type?.isQuantised ?? false && tensor.shape.count > 1, file: file)
    }
}

extension ONNXWalk {
    private var file: String { cursor.file.name }

    /// - Parameter each: reads what the field holds, or skips it.
    private mutating func message(
        end: Int, _ each: (inout ONNXWalk, Field) throws(ModelFileError) -> Void
    ) throws(ModelFileError) {
        let outer = cursor.end
        cursor.end = end
        while cursor.left > 0 {
            fields += 1
            guard fields <= Limit.fields else {
                throw .tooMany(file: file, what: .fields, found: fields, most: Limit.fields)
            }
            let offset = cursor.position
            let tag = try varint()
            let field = Field(number: Int(clamping: tag >> 3), type: Int(tag & 7))
            guard field.number > 0, field.number < 1 << 29 else {
                throw .malformed(
                    file: file, offset: offset, expected: "a field of ONNX", found: "field number \(field.number)")
            }
            try each(&self, field)
        }
        cursor.end = outer
    }

    /// - Returns: where the message that comes next ends.
    private mutating func inner() throws(ModelFileError) -> Int { try length() + cursor.position }

    /// A length that fits into what it is part of.
    private mutating func length() throws(ModelFileError) -> Int {
        let found = try varint()
        guard found <= UInt64(cursor.left) else {
            throw .truncated(file: file, offset: cursor.position, needs: Int(clamping: found), size: cursor.end)
        }
        return Int(found)
    }

    private mutating func skip(_ field: Field) throws(ModelFileError) {
        switch field.type {
        case 0: _ = try varint()
        case 1: try cursor.skip(8)
        case 2: try cursor.skip(try length())
        case 5: try cursor.skip(4)
        default:
            throw .malformed(
                file: file, offset: cursor.position, expected: "a field of type 0, 1, 2 or 5",
                found: "type \(field.type)")
        }
    }

    /// Seven bits a byte, the low ones first; ten bytes at most.
    private mutating func varint() throws(ModelFileError) -> UInt64 {
        let offset = cursor.position
        var value: UInt64 = 0
        for index in 0..<10 {
            let byte = try cursor.byte()
            // Of the tenth byte only one bit is left to fill.
            if index == 9, byte > 1 { break }
            value |= UInt64(byte & 0x7F) << UInt64(7 * index)
            if byte & 0x80 == 0 { return value }
        }
        throw .malformed(
            file: file, offset: offset, expected: "a number of 64 bits in 10 bytes at most", found: "a longer one")
    }
}
