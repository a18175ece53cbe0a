/// Safetensors (github.com/huggingface/safetensors): eight bytes with the length of a JSON object, little-endian, the
/// object, and the tensors, which fill the rest of the file without a gap.
enum SafetensorsHeader {
    /// - Parameter room: tensors that there may be.
    static func read(_ file: OpenFile, room: Int) throws(ModelFileError) -> [SafetensorsTensor] {
        var cursor = HeaderCursor(file)
        let length = try cursor.little(UInt64.self)
        guard length <= Limit.safetensorsHeader else {
            throw .tooLarge(file: file.name, what: .header, found: length, most: Limit.safetensorsHeader)
        }
        let text = try file.bytes(at: 8, count: Int(length))
        var scanner = JSONScanner(text, file: file.name, base: 8)
        var tensors: [SafetensorsTensor] = []
        var names: Set<String> = []
        try scanner.object { (scanner, name) throws(ModelFileError) in
            guard names.insert(name).inserted else { throw .twice(file: file.name, name: PlainText.short(name)) }
            guard name != "__metadata__" else { return try scanner.skip() }
            guard tensors.count < room else {
                throw .tooMany(file: file.name, what: .tensors, found: room + 1, most: Limit.tensors)
            }
            tensors.append(try tensor(name, &scanner))
        }
        try scanner.finish()
        try checkPlaces(&tensors, file, data: 8 + Int(length))
        return tensors
    }

    private static func tensor(
        _ name: String, _ scanner: inout JSONScanner
    ) throws(ModelFileError) -> SafetensorsTensor {
        let file = scanner.file
        let offset = scanner.offset
        var type: String?, shape: [Int]?, places: [Int]?
        try scanner.object { (scanner, key) throws(ModelFileError) in
            let isTwice: Bool
            switch key {
            case "dtype":
                isTwice = type != nil
                type = try scanner.string()
            case "shape":
                isTwice = shape != nil
                shape = try sizes(&scanner, most: Limit.dimensions)
            case "data_offsets":
                isTwice = places != nil
                places = try sizes(&scanner, most: 2)
            default:
                isTwice = false
                try scanner.skip()
            }
            if isTwice { throw .twice(file: file, name: key) }
        }
        guard let type, let shape, let places, places.count == 2, places[0] <= places[1] else {
            throw .malformed(
                file: file, offset: offset, expected: "dtype, shape and two data_offsets in order",
                found: "the tensor '\(PlainText.short(name))' without")
        }
        guard let elements = Tally.elements(shape) else { throw .overflow(file: file, tensor: PlainText.short(name)) }
        let tensor = SafetensorsTensor(name: name, type: type, elements: elements, begin: places[0], end: places[1])
        if let bits = SafetensorsTensor.bits(type) {
            guard let expected = Tally.bytes(elements, bits: bits) else {
                throw .overflow(file: file, tensor: PlainText.short(name))
            }
            guard expected == tensor.bytes else {
                throw .wrongBytes(file: file, tensor: PlainText.short(name), found: tensor.bytes, expected: expected)
            }
        }
        return tensor
    }

    private static func sizes(_ scanner: inout JSONScanner, most: Int) throws(ModelFileError) -> [Int] {
        var sizes: [Int] = []
        try scanner.array { (scanner) throws(ModelFileError) in
            _ = scanner.peek()
            let before = scanner
            guard let size = try scanner.integer(), size >= 0 else { throw before.wrong("a whole number of 0 or more") }
            guard sizes.count < most else {
                throw .tooMany(file: scanner.file, what: .dimensions, found: most + 1, most: most)
            }
            sizes.append(size)
        }
        return sizes
    }

    /// The reference reader refuses gaps and overlaps, as other data may hide in them.
    private static func checkPlaces(
        _ tensors: inout [SafetensorsTensor], _ file: OpenFile, data: Int
    ) throws(ModelFileError) {
        tensors.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
        var reached = 0
        for tensor in tensors {
            guard tensor.end <= file.size - data else {
                let (end, overflow) = data.addingReportingOverflow(tensor.end)
                throw .outside(
                    file: file.name, tensor: PlainText.short(tensor.name), end: overflow ? .max : end, size: file.size)
            }
            guard tensor.begin >= reached else {
                throw .overlap(
                    file: file.name, tensor: PlainText.short(tensor.name), begin: data + tensor.begin,
                    previousEnd: data + reached)
            }
            guard tensor.begin == reached else {
                throw .hole(file: file.name, begin: data + reached, end: data + tensor.begin)
            }
            reached = tensor.end
        }
        guard reached == file.size - data else { throw .hole(file: file.name, begin: data + reached, end: file.size) }
    }
}
