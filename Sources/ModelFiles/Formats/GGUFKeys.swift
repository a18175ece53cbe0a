/// The keys of a GGUF file. Only what the reader asks for is kept; the rest is jumped over.
enum GGUFKeys {
    /// Types of values, as the format numbers them.
    private enum Kind: UInt32 {
        case u8, i8, u16, i16, u32, i32, f32, truth, string, array, u64, i64, f64

        /// Bytes; nil where they differ from value to value.
        var size: Int? {
            switch self {
            case .u8, .i8, .truth: 1
            case .u16, .i16: 2
            case .u32, .i32, .f32: 4
            case .u64, .i64, .f64: 8
            case .string, .array: nil
            }
        }
    }

    /// Ends of the keys whose numbers are kept; before them stands the architecture's name.
    private static let wanted: Set<String> = [
        "block_count", "embedding_length", "feed_forward_length", "attention.head_count", "attention.head_count_kv",
        "attention.key_length", "attention.kv_lora_rank", "rope.dimension_count", "context_length", "vocab_size",
        "expert_count", "expert_used_count", "alignment",
    ]

    static func read(_ cursor: inout HeaderCursor, count: Int) throws(ModelFileError) -> GGUFHeader {
        var header = GGUFHeader()
        var keys: Set<String> = []
        for _ in 0..<count {
            let key = try string(&cursor, .name, most: Limit.name)
            guard keys.insert(key).inserted else {
                throw .twice(file: cursor.file.name, name: PlainText.short(key))
            }
            let kind = try kind(&cursor)
            switch kind {
            case .array: try array(&cursor, key, &header)
            case .string where key == "general.architecture":
                header.texts[key] = try string(&cursor, .string, most: Limit.string)
            case .string: try skipString(&cursor)
            default:
                if isWanted(key), let number = try number(&cursor, kind) {
                    header.numbers[key] = number
                } else if !isWanted(key) {
                    try cursor.skip(kind.size ?? 0)
                }
            }
        }
        return header
    }

    static func string(
        _ cursor: inout HeaderCursor, _ what: ModelFileError.Part, most: Int
    ) throws(ModelFileError) -> String {
        let length = try cursor.little(UInt64.self)
        guard length <= most else { throw .tooLarge(file: cursor.file.name, what: what, found: length, most: most) }
        return String(decoding: try cursor.bytes(Int(length)), as: UTF8.self)
    }

    private static func skipString(_ cursor: inout HeaderCursor) throws(ModelFileError) {
        let length = try cursor.little(UInt64.self)
        guard length <= Limit.string else {
            throw .tooLarge(file: cursor.file.name, what: .string, found: length, most: Limit.string)
        }
        try cursor.skip(Int(length))
    }

    private static func kind(_ cursor: inout HeaderCursor) throws(ModelFileError) -> Kind {
        let offset = cursor.position
        let code = try cursor.little(UInt32.self)
        guard let kind = Kind(rawValue: code) else {
            throw .malformed(
                file: cursor.file.name, offset: offset, expected: "a type of value up to 12", found: "\(code)")
        }
        return kind
    }

    private static func isWanted(_ key: String) -> Bool {
        guard let dot = key.utf8.firstIndex(of: UInt8(ascii: ".")) else { return false }
        return wanted.contains(String(key[key.index(after: dot)...]))
    }

    /// - Returns: nil, and the value is passed, for one that is not whole, or more than an `Int` holds.
    private static func number(_ cursor: inout HeaderCursor, _ kind: Kind) throws(ModelFileError) -> Int? {
        switch kind {
        case .u8: return Int(try cursor.little(UInt8.self))
        case .i8: return Int(try cursor.little(Int8.self))
        case .u16: return Int(try cursor.little(UInt16.self))
        case .i16: return Int(try cursor.little(Int16.self))
        case .u32: return Int(try cursor.little(UInt32.self))
        case .i32: return Int(try cursor.little(Int32.self))
        case .u64: return Int(exactly: try cursor.little(UInt64.self))
        case .i64: return Int(try cursor.little(Int64.self))
        default:
            try cursor.skip(kind.size ?? 0)
            return nil
        }
    }

    private static func array(
        _ cursor: inout HeaderCursor, _ key: String, _ header: inout GGUFHeader
    ) throws(ModelFileError) {
        let kind = try kind(&cursor)
        let count = try length(&cursor, kind)
        if key == "tokenizer.ggml.tokens" { header.tokens = count }
        guard isWanted(key), kind != .string, kind != .array else { return try pass(&cursor, kind, count, depth: 1) }
        // One for each layer, in models whose layers differ.
        for _ in 0..<count {
            if let number = try number(&cursor, kind) { header.numbers[key] = max(number, header.numbers[key] ?? 0) }
        }
    }

    /// - Returns: elements, as many as the rest of the file has room for.
    private static func length(_ cursor: inout HeaderCursor, _ kind: Kind) throws(ModelFileError) -> Int {
        let offset = cursor.position
        let found = try cursor.little(UInt64.self)
        // A text has at least its length, and an array its type too.
        let each = kind.size ?? (kind == .string ? 8 : 12)
        guard found <= UInt64(cursor.left / each) else {
            let (needs, overflow) = Int(clamping: found).multipliedReportingOverflow(by: each)
            throw .truncated(file: cursor.file.name, offset: offset, needs: overflow ? .max : needs, size: cursor.end)
        }
        return Int(found)
    }

    private static func pass(
        _ cursor: inout HeaderCursor, _ kind: Kind, _ count: Int, depth: Int
    ) throws(ModelFileError) {
        switch kind {
        case .string: for _ in 0..<count { try skipString(&cursor) }
        case .array:
            guard depth < Limit.arrays else {
                throw .tooMany(file: cursor.file.name, what: .depth, found: depth + 1, most: Limit.arrays)
            }
            for _ in 0..<count {
                let inner = try self.kind(&cursor)
                try pass(&cursor, inner, try length(&cursor, inner), depth: depth + 1)
            }
        default: try cursor.skip(count * (kind.size ?? 0))
        }
    }
}
