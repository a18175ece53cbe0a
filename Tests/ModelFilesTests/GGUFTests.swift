import Glibc
import ModelFiles
import Testing

@Suite("GGUF: keys and tensors, without the weights")
struct GGUFTests {
    @Test("what llama.cpp's files say", arguments: [UInt32(2), 3]) func llama(version: UInt32) throws {
        var maker = GGUFMaker.llama
        maker.version = version
        let header = try Place().read(maker.file, "a.gguf")
        #expect(header.format == .gguf)
        #expect(header.parameters == 768 + 65_536 + 256)
        #expect(header.weightBytes == 1536 + 36_864 + 1024)
        #expect(header.precisions.map(\.name) == ["Q4_K", "F16", "F32"])
        #expect(header.quantised)
        #expect(header.architecture == "llama")
        #expect(header.kind == .decoder)
        #expect(header.layers == 4)
        #expect(header.hidden == 256)
        #expect(header.intermediate == 512)
        #expect(header.heads == 8)
        #expect(header.keyValueHeads == 2)
        #expect(header.headWidth == 32)
        #expect(header.vocabulary == 3)
        #expect(header.context == 4096)
        #expect(header.experts == nil)
    }

    @Test("experts, widths and vocabularies that are stated, and lists of one number a layer") func stated() throws {
        var maker = GGUFMaker.llama
        maker.keys[6] = ("llama.attention.head_count_kv", .i32s([0, 4, 2]))
        maker.keys += [
            ("llama.expert_count", .u32(64)), ("llama.expert_used_count", .u32(6)), ("llama.vocab_size", .u32(5)),
            ("llama.attention.key_length", .u32(192)), ("llama.attention.kv_lora_rank", .u32(512)),
            ("llama.rope.dimension_count", .u32(64)),
        ]
        let header = try Place().read(maker.file, "a.gguf")
        #expect(header.keyValueHeads == 4)
        #expect(header.experts == 64)
        #expect(header.expertsPerToken == 6)
        #expect(header.vocabulary == 5)
        #expect(header.headWidth == 192)
        #expect(header.latentWidth == 576)
    }

    @Test("sizes that can't be are passed over") func nonsense() throws {
        var maker = GGUFMaker.llama
        maker.keys[2] = ("llama.block_count", .i32(-4))
        maker.keys[4] = ("llama.feed_forward_length", .u64(.max))
        maker.keys[5] = ("llama.attention.head_count", .string("eight"))
        let header = try Place().read(maker.file, "a.gguf")
        #expect(header.layers == nil)
        #expect(header.intermediate == nil)
        #expect(header.heads == nil)
        #expect(header.hidden == 256)
    }

    @Test("each type's bytes", arguments: [(8, 34), (14, 210), (39, 17), (30, 64), (24, 32)])
    func types(type: UInt32, bytes: Int) throws {
        // 256 numbers of each: 8 blocks of 32, or 1 of 256.
        let count = type == 14 ? 1 : type == 30 || type == 24 ? 8 : 8
        let maker = GGUFMaker(tensors: [("a", [256], type, bytes * count)])
        #expect(try Place().read(maker.file, "a.gguf").weightBytes == bytes * count)
    }

    @Test("a type yet unknown is counted, with the bytes up to the next tensor") func unknownType() throws {
        let maker = GGUFMaker(tensors: [("a", [100], 99, 64), ("b", [8], 0, 32), ("c", [10], 77, 96)])
        let header = try Place().read(maker.file, "a.gguf")
        #expect(header.precisions.map(\.name) == ["type 99", "type 77", "F32"])
        #expect(header.weightBytes == 64 + 32 + 96)
        #expect(!header.quantised)
    }

    @Test("other versions and big-endian files are refused in words") func versions() throws {
        let place = try Place()
        let file = "\(place.path)/a.gguf"
        for version in [UInt32(0), 1, 4] {
            var maker = GGUFMaker.llama
            maker.version = version
            #expect(try place.trouble(maker.file, "a.gguf") == .unsupported(file: file, what: .ggufVersion(version)))
        }
        var maker = GGUFMaker.llama
        maker.version = 3 << 24
        #expect(try place.trouble(maker.file, "a.gguf") == .unsupported(file: file, what: .bigEndian))
    }

    @Test("counts and lengths that nothing has room for", arguments: [UInt64(1 << 20), 1 << 40, 1 << 63, .max])
    func counts(count: UInt64) throws {
        let place = try Place()
        let start = Array("GGUF".utf8) + UInt32(3).littleBytes
        let one = UInt64(1).littleBytes, none = UInt64(0).littleBytes, huge = count.littleBytes
        let array = GGUFMaker.string("a") + UInt32(9).littleBytes
        let padding = [UInt8](repeating: 0, count: 64)
        for file in [
            start + huge + none, start + none + huge, start + none + one + huge + padding,
            start + none + one + GGUFMaker.string("a") + UInt32(8).littleBytes + huge + padding,
            start + none + one + array + UInt32(8).littleBytes + huge + padding,
            start + none + one + array + UInt32(9).littleBytes + huge + padding,
            start + none + one + array + UInt32(12).littleBytes + huge + padding,
        ] {
            let trouble = try place.trouble(file, "a.gguf")
            #expect(["truncated", "tooMany", "tooLarge"].contains(trouble?.kind), "\(String(describing: trouble))")
        }
    }

    @Test("lists in lists are read to a depth of four") func nested() throws {
        let place = try Place()
        #expect(try place.read(GGUFMaker(keys: [("a", .nested(4))]).file, "a.gguf").tensors == 0)
        #expect(try place.trouble(GGUFMaker(keys: [("a", .nested(5))]).file, "a.gguf")?.kind == "tooMany")
        #expect(try place.trouble(GGUFMaker(keys: [("a", .nested(50_000))]).file, "a.gguf")?.kind == "tooMany")
    }

    @Test("names that come twice, of keys and of tensors") func twice() throws {
        let place = try Place()
        let keys = GGUFMaker(keys: [("a", .u32(1)), ("a", .u32(2))])
        #expect(try place.trouble(keys.file, "a.gguf")?.kind == "twice")
        let tensors = GGUFMaker(tensors: [("a", [8], 0, 32), ("a", [8], 0, 32)])
        #expect(try place.trouble(tensors.file, "a.gguf")?.kind == "twice")
    }

    @Test("tensors that overlap, leave the file, or have sizes that can't be") func places() throws {
        let place = try Place()
        func trouble(_ tensors: [(String, [UInt64], UInt32, Int)]) throws -> String? {
            try place.trouble(GGUFMaker(tensors: tensors).file, "a.gguf")?.kind
        }
        #expect(try trouble([("a", [8], 0, 0), ("b", [8], 0, 32)]) == "overlap")
        #expect(try trouble([("a", [64], 0, 32)]) == "outside")
        #expect(try trouble([("a", [1 << 40], 0, 32)]) == "outside")
        #expect(try trouble([("a", [1 << 62, 1 << 62], 0, 32)]) == "overflow")
        #expect(try trouble([("a", [1 << 62], 0, 32)]) == "overflow")
        #expect(try trouble([("a", [.max], 0, 32)]) == "malformed")
        #expect(try trouble([("a", [100], 12, 144)]) == "malformed")
        #expect(try trouble([("a", [1, 1, 1, 1, 1, 1, 1, 1, 1], 0, 4)]) == "tooMany")
        #expect(try trouble([("a", [0, .max >> 1], 0, 0)]) == nil)
    }

    @Test("alignments", arguments: [(UInt32(64), nil), (0, "malformed"), (.max, "malformed")])
    func alignment(size: UInt32, kind: String?) throws {
        var maker = GGUFMaker(
            keys: [("general.alignment", .u32(size))], tensors: [("a", [8], 0, 32), ("b", [8], 0, 32)])
        maker.alignment = 64
        #expect(try Place().trouble(maker.file, "a.gguf")?.kind == kind)
    }

    @Test("a header that never ends is not followed into the weights") func endless() throws {
        let place = try Place()
        let array = GGUFMaker.string("a") + UInt32(9).littleBytes + UInt32(0).littleBytes
        let file = Array("GGUF".utf8) + UInt32(3).littleBytes + UInt64(0).littleBytes + UInt64(1).littleBytes + array
        let path = try place.write(file + UInt64(300 << 20).littleBytes, "a.gguf")
        try #require(truncate(path, 400 << 20) == 0)
        #expect(Place.trouble(path)?.kind == "tooLarge")
    }

    @Test("a file of another kind by that name") func magic() throws {
        #expect(try Place().trouble(Array("GGML and more".utf8), "a.gguf")?.kind == "malformed")
    }
}
