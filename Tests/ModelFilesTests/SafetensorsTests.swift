import Glibc
import ModelFiles
import Testing

@Suite("Safetensors: what the header says, checked against itself and the file")
struct SafetensorsTests {
    private typealias Tensor = SafetensorsMaker.Tensor

    @Test("tensors are added up by precision, the largest first")
    func sums() throws {
        let file = SafetensorsMaker.file(
            [
                Tensor("norm", "F32", [64]), Tensor("embed", "BF16", [100, 64]), Tensor("scalar", "I64", []),
                Tensor("nothing", "F32", [0, 7]),
            ], metadata: #"{"format":"pt","deep":"}{"}"#)
        let header = try Place().read(file, "a.safetensors")
        #expect(header.format == .safetensors)
        #expect(header.parameters == 6400 + 64 + 1)
        #expect(header.weightBytes == 12_800 + 256 + 8)
        #expect(header.tensors == 4)
        #expect(header.precisions.map(\.name) == ["BF16", "F32", "I64"])
        #expect(header.precisions.map(\.parameters) == [6400, 64, 1])
        #expect(!header.quantised)
        #expect(header.layers == nil)
        #expect(try #require(header.bitsPerWeight) > 16)
    }

    @Test("the contents tell the format, whatever the name") func byContents() throws {
        let header = try Place().read(SafetensorsMaker.file([Tensor("a", "F16", [2])]), "weights.ckpt")
        #expect(header.parameters == 2)
    }

    @Test("eight-bit floats are quantised, and types yet unknown are counted") func types() throws {
        let place = try Place()
        #expect(try place.read(SafetensorsMaker.file([Tensor("a", "F8_E4M3", [4, 4])]), "a.safetensors").quantised)
        let unknown = try place.read(
            SafetensorsMaker.file(header: #"{"a":{"dtype":"F3_NEW","shape":[8],"data_offsets":[0,3]}}"#, data: 3),
            "b.safetensors")
        #expect(unknown.precisions == [ModelPrecision(name: "F3_NEW", parameters: 8)])
        #expect(unknown.weightBytes == 3)
    }

    @Test(
        "a header that contradicts itself or the file is refused",
        arguments: [
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "wrongBytes"),
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 7, "outside"),
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 9, "hole"),
            (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "hole"),
            (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 8, "malformed"),
            (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "malformed"),
            (#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,6]}}"#, 6, "malformed"),
            (#"{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}"#, 4, "malformed"),
            (#"{"a":{"dtype":"F32","shape":[1]}}"#, 4, "malformed"),
            (#"{"a":{"dtype":4,"shape":[1],"data_offsets":[0,4]}}"#, 4, "malformed"),
            (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#, 4, "tooMany"),
            (#"{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}"#, 4, "twice"),
            (#"{"a":[],"b":1}"#, 0, "malformed"),
            (#"[]"#, 0, "malformed"), (#""a""#, 0, "malformed"), (#"{} x"#, 0, "malformed"),
            (#"{"a":"#, 0, "malformed"),
            (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#, 4, "overflow"),
            (#"{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,4]}}"#, 4, "overflow"),
            (#"{"a":{"dtype":"?","shape":[3037000500,3037000500,2],"data_offsets":[0,4]}}"#, 4, "overflow"),
            (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, 4, "malformed"),
            (#"{"a":{"dtype":"?","shape":[1],"data_offsets":[0,9223372036854775807]}}"#, 4, "outside"),
        ])
    func contradictions(header: String, data: Int, kind: String) throws {
        let trouble = try Place().trouble(SafetensorsMaker.file(header: header, data: data), "a.safetensors")
        #expect(trouble?.kind == kind, "\(trouble.map(String.init(describing:)) ?? "none")")
    }

    @Test("tensors that share bytes are refused") func overlap() throws {
        let header =
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
            + #""b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#
        let trouble = try Place().trouble(SafetensorsMaker.file(header: header, data: 12), "a.safetensors")
        #expect(trouble?.kind == "overlap")
    }

    @Test("a name that comes twice is refused") func twice() throws {
        let file = SafetensorsMaker.file([Tensor("a", "F32", [1]), Tensor("a", "F32", [1])])
        let place = try Place()
        #expect(try place.trouble(file, "a.safetensors") == .twice(file: "\(place.path)/a.safetensors", name: "a"))
    }

    @Test("as many sums as there are tensors stay below what a machine counts") func sumOverflow() throws {
        let tensor = #"{"dtype":"?","shape":[9223372036854775807],"data_offsets":[0,0]}"#
        let file = SafetensorsMaker.file(header: #"{"a":\#(tensor),"b":\#(tensor)}"#, data: 0)
        #expect(try Place().trouble(file, "a.safetensors")?.kind == "overflow")
    }

    @Test("lengths of the header that can't be", arguments: [UInt64(0), 1, 100_000_001, .max, 1 << 63])
    func lengths(length: UInt64) throws {
        let trouble = try Place().trouble(length.littleBytes + Array("{}".utf8), "a.safetensors")
        #expect(["truncated", "tooLarge", "malformed"].contains(trouble?.kind))
    }

    @Test("100,000 lists in one another, and as many objects, are an error and no crash", arguments: ["[", #"{"a":"#])
    func deep(brace: String) throws {
        let text = #"{"__metadata__":"# + String(repeating: brace, count: 100_000)
        let trouble = try Place().trouble(SafetensorsMaker.file(header: text, data: 0), "a.safetensors")
        #expect(trouble?.kind == "tooMany")
    }

    @Test("names with escapes, in other scripts and with broken bytes") func names() throws {
        let place = try Place()
        let good = #"{"\u0061\ud83d\ude00\n\ud800 ä":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#
        #expect(try place.read(SafetensorsMaker.file(header: good, data: 1), "a.safetensors").parameters == 1)
        for bad in [#"{"\x":1}"#, #"{"\u12":1}"#, "{\"\u{1}\":1}"] {
            #expect(
                try place.trouble(SafetensorsMaker.file(header: bad, data: 0), "a.safetensors")?.kind == "malformed")
        }
        let broken: [UInt8] = UInt64(8).littleBytes + Array("{\"".utf8) + [0xFF] + Array("\":1} ".utf8)
        #expect(try place.trouble(broken, "a.safetensors")?.kind == "malformed")
    }

    @Test("what a file says can't write to a terminal") func terminal() throws {
        let header = #"{"\u001b[31m\u202e":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#
        let words = try Place().trouble(SafetensorsMaker.file(header: header, data: 4), "a.safetensors")?.description
        #expect(try #require(words).unicodeScalars.allSatisfy { $0 != "\u{1B}" && $0 != "\u{202E}" })
    }

    @Test("5,000 tensors") func many() throws {
        let tensors = (0..<5000).map {
            Tensor("model.layers.\($0 / 10).self_attn.q_proj.\($0 % 10).weight", "BF16", [4, 4])
        }
        let header = try Place().read(SafetensorsMaker.file(tensors), "a.safetensors")
        #expect(header.parameters == 80_000)
        #expect(header.tensors == 5000)
    }

    @Test("a hole of a terabyte behind the header is not read") func sparse() throws {
        let header = #"{"a":{"dtype":"U8","shape":[1099511627776],"data_offsets":[0,1099511627776]}}"#
        let place = try Place()
        let path = try place.write(SafetensorsMaker.file(header: header, data: 0), "a.safetensors")
        try #require(truncate(path, 8 + header.utf8.count + 1_099_511_627_776) == 0)
        #expect(try ModelFile.read(path: path).parameters == 1_099_511_627_776)
    }
}
