/// Tells what a model's file or folder says about it.
package enum ModelFile {
    /// Reads headers only, a few MiB at most even of a model of 1 TB; blocks while the disk does.
    ///
    /// - Parameter path: a `.safetensors`, `.gguf` or `.onnx` file, or a folder in Hugging Face's layout. One part of a
    ///   model in several files (`-00001-of-00008`) stands for all of it.
    package static func read(path: String) throws(ModelFileError) -> ModelHeader {
        switch try OpenPlace.open(path) {
        case .folder(let folder): return try ModelFolder(folder).read()
        case .file(let file):
            let format = try ModelFormat.of(file)
            if let whole = try wholeModel(of: file, path, format) { return whole }
            var config: ModelConfig?
            if format == .safetensors, ModelFolder.mayHaveConfig(file.bareName) {
                // A neighbour that nobody named: what is wrong with it is no reason to say nothing of the file.
                config = try? OpenPlace.parent(of: path).flatMap { parent in try ModelConfig.read(in: parent) }
            }
            return try read([file], format, config)
        }
    }

    /// - Parameter files: all of one model, the first part first.
    static func read(
        _ files: [OpenFile], _ format: ModelHeader.Format, _ config: ModelConfig?
    ) throws(ModelFileError) -> ModelHeader {
        switch format {
        case .safetensors:
            var tensors: [SafetensorsTensor] = []
            for file in files { tensors += try SafetensorsHeader.read(file, room: Limit.tensors - tensors.count) }
            let tally = try PackedWeights.count(tensors, config, of: files.first?.name ?? "")
            var header = tally.header(.safetensors)
            config?.describe(&header)
            return header
        case .gguf:
            var parts: [GGUFHeader] = []
            var room = Limit.tensors
            for file in files {
                let part = try GGUFHeader.read(file, room: room)
                room -= part.tally.tensors
                parts.append(part)
            }
            return try GGUFHeader.describe(parts, of: files.first?.name ?? "")
        case .onnx:
            var tally = Tally()
            for file in files { try ONNXWalk.count(file, into: &tally) }
            return tally.header(.onnx)
        }
    }

    /// Of a part such as `model-00002-of-00008.safetensors`, all parts: an eighth of a model is what nobody asks for.
    private static func wholeModel(
        of file: OpenFile, _ path: String, _ format: ModelHeader.Format
    ) throws(ModelFileError) -> ModelHeader? {
        guard let part = ModelPart(file.bareName), part.count > 1, let parent = OpenPlace.parent(of: path) else {
            return nil
        }
        let folder = ModelFolder(parent)
        let config = format == .safetensors ? try? ModelConfig.read(in: parent) : nil
        return try read(folder.open(part.all), format, config)
    }
}
