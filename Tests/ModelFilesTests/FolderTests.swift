import Foundation
import Glibc
import ModelFiles
import Testing

@Suite("Folders: which files are the model")
struct FolderTests {
    private let shard = SafetensorsMaker.file([.init("a", "BF16", [4])])

    private func index(_ names: [String]) -> String {
        let lines = names.enumerated().map { #""t\#($0.offset)":"\#($0.element)""# }
        return #"{"metadata":{"total_size":8},"weight_map":{\#(lines.joined(separator: ","))}}"#
    }

    @Test("an index names the parts, and its configuration is read") func parts() throws {
        let place = try Place()
        let names = (1...3).map { "model-0000\($0)-of-00003.safetensors" }
        for name in names { try place.write(shard, name) }
        try place.write(SafetensorsMaker.file([.init("a", "F32", [99])]), "consolidated.safetensors")
        try place.write(index(names + names), "model.safetensors.index.json")
        try place.write(#"{"hidden_size":8}"#, "config.json")
        let whole = try ModelFile.read(path: place.path)
        #expect(whole.parameters == 12)
        #expect(whole.hidden == 8)
        #expect(try ModelFile.read(path: place.path + "/" + names[1]) == whole)
        try FileManager.default.removeItem(atPath: place.path + "/" + names[2])
        #expect(Place.trouble(place.path) == .missingParts(folder: place.path, missing: [names[2]], of: 3))
        #expect(Place.trouble(place.path + "/" + names[0])?.kind == "missingParts")
    }

    @Test("parts without an index, of each format") func bareParts() throws {
        for (ending, file) in [("safetensors", shard), ("gguf", GGUFMaker.llama.file)] {
            let place = try Place()
            let one = try place.read(file, "one.\(ending)")
            try FileManager.default.removeItem(atPath: place.path + "/one.\(ending)")
            for number in 1...2 { try place.write(file, "x-0000\(number)-of-00002.\(ending)") }
            let whole = try ModelFile.read(path: place.path)
            #expect(whole.parameters == 2 * one.parameters)
            #expect(whole.layers == one.layers)
            #expect(try ModelFile.read(path: place.path + "/x-00002-of-00002.\(ending)") == whole)
        }
    }

    @Test(
        "an index that leads elsewhere is refused",
        arguments: ["../a.safetensors", "/etc/passwd", "b/a.safetensors", "", ".."])
    func elsewhere(name: String) throws {
        let place = try Place()
        try place.write(index([name]), "model.safetensors.index.json")
        #expect(Place.trouble(place.path)?.kind == "malformed")
    }

    @Test(
        "an empty index, and one that is none",
        arguments: ["{}", #"{"weight_map":{}}"#, #"{"weight_map":[]}"#, "[]", ""])
    func noIndex(text: String) throws {
        let place = try Place()
        try place.write(text, "model.safetensors.index.json")
        #expect(Place.trouble(place.path)?.kind == "malformed")
    }

    @Test("several models are named, and none is guessed") func several() throws {
        let place = try Place()
        for name in ["b.gguf", "a.gguf"] { try place.write(GGUFMaker.llama.file, name) }
        #expect(Place.trouble(place.path) == .several(folder: place.path, names: ["a.gguf", "b.gguf"]))
    }

    @Test("folders without a model say what they have") func nothing() throws {
        let place = try Place()
        #expect(Place.trouble(place.path) == .noModel(folder: place.path))
        try place.write("x", "pytorch_model.bin")
        #expect(Place.trouble(place.path)?.kind == "pickle")
        try place.write("{}", "model_index.json")
        #expect(Place.trouble(place.path) == .pipeline(folder: place.path))
    }

    @Test("a neighbour's broken configuration doesn't hinder a file that was named") func neighbour() throws {
        let place = try Place()
        let path = try place.write(shard, "model.safetensors")
        try place.write(#"{"hidden_size":8}"#, "config.json")
        #expect(try ModelFile.read(path: path).hidden == 8)
        try place.write("{", "config.json")
        #expect(try ModelFile.read(path: path).hidden == nil)
        try place.write(#"{"hidden_size":8}"#, "config.json")
        #expect(try ModelFile.read(path: place.write(shard, "other.safetensors")).hidden == nil)
    }

    @Test("links are followed, and a circle of them is an error") func links() throws {
        let place = try Place()
        let path = try place.write(shard, "blob")
        try #require(symlink(path, place.path + "/model.safetensors") == 0)
        #expect(try ModelFile.read(path: place.path).parameters == 4)
        try #require(symlink(place.path + "/b", place.path + "/a") == 0)
        try #require(symlink(place.path + "/a", place.path + "/b") == 0)
        #expect(Place.trouble(place.path + "/a") == .cannotOpen(file: place.path + "/a", code: ELOOP))
        let other = try Place()
        try #require(symlink("model.safetensors", other.path + "/model.safetensors") == 0)
        #expect(Place.trouble(other.path) == .cannotOpen(file: other.path + "/model.safetensors", code: ELOOP))
    }

    @Test("names that are not UTF-8") func names() throws {
        let place = try Place()
        let name = Array(place.path.utf8) + [0x2F, 0xFF, 0x1B] + Array(".safetensors".utf8) + [0]
        let file = name.withUnsafeBytes {
            open($0.baseAddress!.assumingMemoryBound(to: CChar.self), O_WRONLY | O_CREAT, 0o600)
        }
        try #require(file >= 0)
        #expect(shard.withUnsafeBytes { write(file, $0.baseAddress, $0.count) } == shard.count)
        close(file)
        #expect(try ModelFile.read(path: place.path).parameters == 4)
        try place.write(shard, "second.safetensors")
        #expect(Place.trouble(place.path)?.description.unicodeScalars.contains("\u{1B}") == false)
    }

    @Test("pipes, devices and folders in the place of files are refused at once") func others() throws {
        let place = try Place()
        let pipe = place.path + "/pipe.safetensors"
        try #require(mkfifo(pipe, 0o600) == 0)
        #expect(Place.trouble(pipe) == .notAFile(file: pipe, kind: .pipe))
        #expect(Place.trouble(place.path)?.kind == "notAFile")
        #expect(Place.trouble("/dev/zero") == .notAFile(file: "/dev/zero", kind: .device))
        let other = try Place()
        try FileManager.default.createDirectory(
            atPath: other.path + "/model.safetensors", withIntermediateDirectories: true)
        #expect(Place.trouble(other.path)?.kind == "notAFile")
    }

    @Test("paths that lead nowhere") func nowhere() throws {
        #expect(Place.trouble("") == .cannotOpen(file: "", code: ENOENT))
        #expect(Place.trouble("/nowhere/a.gguf") == .cannotOpen(file: "/nowhere/a.gguf", code: ENOENT))
        #expect(Place.trouble("/etc/hosts\0.gguf")?.kind == "cannotOpen")
        #expect(Place.trouble(String(repeating: "a", count: 100_000))?.kind == "cannotOpen")
    }
}
