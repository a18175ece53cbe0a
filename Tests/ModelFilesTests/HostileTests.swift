import ModelFiles
import Testing

@Suite("Files that are cut, changed or of another kind")
struct HostileTests {
    static let files: [(String, [UInt8])] = [
        (
            "a.safetensors",
            SafetensorsMaker.file(
                [
                    .init("a.weight", "F32", [2, 2]), .init("b.qweight", "I32", [1, 4]), .init("b.scales", "F16", [4]),
                    .init("c.weight", "U8", [4]), .init("c.weight.absmax", "F32", [1]),
                ], metadata: #"{"format":"pt"}"#)
        ),
        (
            "a.gguf",
            {
                var maker = GGUFMaker.llama
                maker.tensors = [("a", [32, 2], 8, 68), ("b", [3], 50, 8), ("c", [4], 1, 8)]
                maker.keys.append(("llama.attention.key_length", .i32s([1, 2])))
                maker.keys.append(("nested", .nested(3)))
                return maker.file
            }()
        ),
        (
            "a.onnx",
            ONNXMaker.model(
                ONNXMaker.graph([
                    ONNXMaker.tensor("W", 1, [3, 4], data: ONNXMaker.raw(48)),
                    ONNXMaker.tensor(
                        "b", 1, [4], isPacked: true, data: ONNXMaker.bytes(4, [UInt8](repeating: 1, count: 16))),
                ]))
        ),
    ]

    @Test("cut at any byte, a file gives an error or the same answer", arguments: files)
    func cut(name: String, whole: [UInt8]) throws {
        let place = try Place()
        let right = try place.read(whole, name)
        for length in 0..<whole.count {
            let path = try place.write(Array(whole[..<length]), name)
            do throws(ModelFileError) {
                #expect(try ModelFile.read(path: path) == right, "cut at \(length)")
            } catch {
                #expect(!error.description.isEmpty)
                #expect(error.kind == "empty" || length > 0)
            }
        }
    }

    @Test("1,000 files with bytes changed, put in and taken out give an error or sums that fit", arguments: files)
    func changed(name: String, whole: [UInt8]) throws {
        let place = try Place()
        var dice = Dice(state: 2026)
        var answers = 0
        for _ in 0..<1000 {
            let file = Self.mutated(whole, &dice)
            let path = try place.write(file, name)
            do throws(ModelFileError) {
                let header = try ModelFile.read(path: path)
                answers += 1
                #expect(header.parameters >= 0 && header.weightBytes >= 0)
                #expect(header.precisions.map(\.parameters).reduce(0, +) == header.parameters)
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
        // Changes in weights and in names leave a file whole, so that both ways were gone.
        #expect(answers > 10 && answers < 990, "\(answers)")
    }

    private static func mutated(_ whole: [UInt8], _ dice: inout Dice) -> [UInt8] {
        var file = whole
        for _ in 0..<Int.random(in: 1...4, using: &dice) {
            let at = Int.random(in: 0..<file.count, using: &dice)
            switch Int.random(in: 0..<6, using: &dice) {
            case 0: file[at] = UInt8.random(in: 0...255, using: &dice)
            case 1: file[at] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
            case 2: file.insert(UInt8.random(in: 0...255, using: &dice), at: at)
            case 3: if file.count > 1 { file.remove(at: at) }
            case 4: for offset in 0..<8 where at + offset < file.count { file[at + offset] = 0xFF }
            default: file[at] = [0x30, 0x39, 0x2D, 0x5B, 0x7B, 0x22, 0x7F, 0x80].randomElement(using: &dice) ?? 0
            }
        }
        return file
    }

    @Test("short files of any name", arguments: ["a.safetensors", "a.gguf", "a.onnx", "a.bin", "a.txt", "a"])
    func short(name: String) throws {
        let place = try Place()
        for length in 0..<48 {
            for byte in [UInt8(0), 0x7B, 0xFF, 0x3A] {
                #expect(
                    try place.trouble([UInt8](repeating: byte, count: length), name) != nil, "\(length) times \(byte)")
            }
        }
        #expect(try place.trouble([], name)?.kind == "empty")
    }

    @Test("pickles are refused by name and by contents", arguments: ["a.bin", "a.pt", "a.pth", "a.ckpt", "A.PT"])
    func pickles(name: String) throws {
        let place = try Place()
        let words = try place.trouble(Array("anything".utf8), name)?.description
        #expect(try #require(words).contains("a pickle can run code when it is read"))
        #expect(try place.trouble([0x80, 2, 0x7D, 0x71, 0], "weights")?.kind == "pickle")
        #expect(try place.trouble([0x50, 0x4B, 3, 4, 0], "weights")?.kind == "pickle")
    }

    @Test("a note that Git left in the place of a file is told from a broken file") func pointer() throws {
        let place = try Place()
        let note = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 4976698672\n"
        let path = try place.write(note, "model.safetensors")
        #expect(Place.trouble(path) == .pointer(file: path))
    }

    @Test("what is no model is said with its first bytes") func unknown() throws {
        let place = try Place()
        let path = try place.write("<!DOCTYPE html>", "model")
        #expect(Place.trouble(path) == .unknownFormat(file: path, start: Array("<!DOCTYP".utf8)))
        #expect(Place.trouble(path)?.description.contains("3c 21 44 4f") ?? false)
    }
}
