/// A folder that a model lies in, as Hugging Face's tools lay it out.
struct ModelFolder {
    private let folder: OpenFolder

    init(_ folder: OpenFolder) { self.folder = folder }

    func read() throws(ModelFileError) -> ModelHeader {
        let names = try folder.entries()
        if let found = try safetensors(names) {
            return try ModelFile.read(found, .safetensors, ModelConfig.read(in: folder))
        }
        for format in [ModelHeader.Format.gguf, .onnx] {
            let fitting = names.filter { Self.has($0, ending: format.rawValue) }
            if !fitting.isEmpty { return try ModelFile.read(one(of: fitting), format, nil) }
        }
        if names.contains(Array("model_index.json".utf8)) { throw .pipeline(folder: folder.name) }
        if let pickle = names.first(where: { name in ModelFormat.pickles.contains { Self.has(name, ending: $0) } }) {
            throw .pickle(file: PlainText.short("\(folder.name)/\(String(decoding: pickle, as: UTF8.self))", most: 300))
        }
        throw .noModel(folder: folder.name)
    }

    /// Opens parts of a model; names all that are not there.
    func open(_ parts: [String]) throws(ModelFileError) -> [OpenFile] {
        var files: [OpenFile] = []
        var missing: [String] = []
        for part in parts {
            if let file = try folder.file(part) { files.append(file) } else { missing.append(PlainText.short(part)) }
        }
        guard missing.isEmpty else { throw .missingParts(folder: folder.name, missing: missing, of: parts.count) }
        return files
    }

    /// Whether transformers or diffusers write a file of this name beside a configuration.
    static func mayHaveConfig(_ name: String) -> Bool {
        ["model", "pytorch_model", "diffusion_pytorch_model"].contains {
            name.hasPrefix($0 + ".") || name.hasPrefix($0 + "-")
        }
    }

    /// - Returns: nil where there are none.
    private func safetensors(_ names: [[UInt8]]) throws(ModelFileError) -> [OpenFile]? {
        // The order that transformers has: the whole file, the index, then what else lies there.
        for name in ["model", "diffusion_pytorch_model"] {
            if let whole = try folder.file(name + ".safetensors") { return [whole] }
            if let index = try folder.file(name + ".safetensors.index.json") {
                return try open(ModelIndex.read(index))
            }
        }
        let fitting = names.filter { Self.has($0, ending: "safetensors") }
        return fitting.isEmpty ? nil : try one(of: fitting)
    }

    /// The only model of these names: a file, or all parts of one.
    private func one(of names: [[UInt8]]) throws(ModelFileError) -> [OpenFile] {
        if let part = ModelPart(String(decoding: names[0], as: UTF8.self)) {
            let all = part.all
            let known = Set(all)
            if names.allSatisfy({ known.contains(String(decoding: $0, as: UTF8.self)) }) { return try open(all) }
        }
        guard names.count == 1 else {
            throw .several(
                folder: folder.name, names: names.map { PlainText.short(String(decoding: $0, as: UTF8.self)) })
        }
        guard case .file(let file) = try OpenPlace.open(names[0], in: folder) else {
            throw .notAFile(file: PlainText.short(String(decoding: names[0], as: UTF8.self)), kind: .folder)
        }
        return [file]
    }

    private static func has(_ name: [UInt8], ending: String) -> Bool {
        name.count > ending.utf8.count + 1 && name.suffix(ending.utf8.count + 1).elementsEqual(("." + ending).utf8)
    }
}
