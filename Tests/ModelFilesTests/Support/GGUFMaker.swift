/// GGUF files for tests.
struct GGUFMaker {
    enum Value {
        case u32(UInt32), u64(UInt64), i32(Int32), f32(Float), truth(Bool), string(String), strings([String]), i32s(
            [Int32])
        /// An array of one array of one array, and so on.
        case nested(Int)
    }

    var version: UInt32 = 3
    var keys: [(String, Value)] = []
    /// A name, sizes (the innermost first), a type, and bytes.
    var tensors: [(String, [UInt64], UInt32, Int)] = []
    var alignment = 32

    var file: [UInt8] {
        var bytes = Array("GGUF".utf8) + version.littleBytes
        bytes += UInt64(tensors.count).littleBytes + UInt64(keys.count).littleBytes
        for (key, value) in keys { bytes += Self.string(key) + Self.bytes(value) }
        var place = 0
        for (name, shape, type, size) in tensors {
            bytes += Self.string(name) + UInt32(shape.count).littleBytes + shape.flatMap(\.littleBytes)
            bytes += type.littleBytes + UInt64(place).littleBytes
            place += aligned(size)
        }
        bytes += [UInt8](repeating: 0, count: aligned(bytes.count) - bytes.count + place)
        return bytes
    }

    private func aligned(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }

    static func string(_ text: String) -> [UInt8] { UInt64(text.utf8.count).littleBytes + Array(text.utf8) }

    static func bytes(_ value: Value) -> [UInt8] {
        switch value {
        case .u32(let number): return UInt32(4).littleBytes + number.littleBytes
        case .u64(let number): return UInt32(10).littleBytes + number.littleBytes
        case .i32(let number): return UInt32(5).littleBytes + number.littleBytes
        case .f32(let number): return UInt32(6).littleBytes + number.bitPattern.littleBytes
        case .truth(let truth): return UInt32(7).littleBytes + [truth ? 1 : 0]
        case .string(let text): return UInt32(8).littleBytes + string(text)
        case .strings(let texts):
            return UInt32(9).littleBytes + UInt32(8).littleBytes + UInt64(texts.count).littleBytes
                + texts.flatMap(string)
        case .i32s(let numbers):
            return UInt32(9).littleBytes + UInt32(5).littleBytes + UInt64(numbers.count).littleBytes
                + numbers.flatMap(\.littleBytes)
        case .nested(let depth):
            let array = UInt32(9).littleBytes + UInt64(1).littleBytes
            return UInt32(9).littleBytes + Array(repeatElement(array, count: depth - 1).joined())
                + UInt32(0).littleBytes
                + UInt64(1).littleBytes + [7]
        }
    }

    /// A small llama: 1,000 tokens, an F16 and a Q4_K tensor, a norm in F32.
    static var llama: GGUFMaker {
        GGUFMaker(
            keys: [
                ("general.architecture", .string("llama")), ("general.name", .string("A name")),
                ("llama.block_count", .u32(4)), ("llama.embedding_length", .u32(256)),
                ("llama.feed_forward_length", .u64(512)), ("llama.attention.head_count", .u32(8)),
                ("llama.attention.head_count_kv", .u32(2)), ("llama.context_length", .u32(4096)),
                ("llama.rope.freq_base", .f32(10000)), ("general.truth", .truth(true)),
                ("tokenizer.ggml.tokens", .strings(["<s>", "</s>", "a"])),
            ],
            tensors: [
                ("token_embd.weight", [256, 3], 1, 1536), ("blk.0.attn_q.weight", [256, 256], 12, 36_864),
                ("norm", [256], 0, 1024),
            ])
    }
}
