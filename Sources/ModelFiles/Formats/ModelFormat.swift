/// Tells formats apart: by what a file begins with, then by its name.
enum ModelFormat {
    static func of(_ file: OpenFile) throws(ModelFileError) -> ModelHeader.Format {
        guard file.size > 0 else { throw .empty(file: file.name) }
        let start = try file.bytes(at: 0, count: min(file.size, 40))
        if start.starts(with: Array("GGUF".utf8)) { return .gguf }
        if start.starts(with: Array("version https://git-lfs".utf8)) { throw .pointer(file: file.name) }
        if isSafetensors(start, size: file.size) { return .safetensors }
        switch ending(of: file.bareName) {
        case "safetensors": return .safetensors
        case "gguf": return .gguf
        case "onnx": return .onnx
        case let ending where pickles.contains(ending): throw .pickle(file: file.name)
        default: break
        }
        if isPickle(start) { throw .pickle(file: file.name) }
        throw .unknownFormat(file: file.name, start: Array(start.prefix(8)))
    }

    /// The last part of a name, behind its last dot, in small letters.
    static func ending(of name: String) -> String {
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }

    static let pickles: Set<String> = ["bin", "pt", "pth", "ckpt", "pkl", "pickle"]

    /// A length that fits into the file, and a brace.
    private static func isSafetensors(_ start: [UInt8], size: Int) -> Bool {
        guard start.count > 9, start[8] == UInt8(ascii: "{") else { return false }
        let length = start[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return length >= 2 && length <= UInt64(min(size - 8, Limit.safetensorsHeader))
    }

    /// Protocol 2 to 5 of pickle, bare or, as PyTorch writes it, in a zip archive.
    private static func isPickle(_ start: [UInt8]) -> Bool {
        guard start.count >= 4 else { return false }
        return start[0] == 0x80 && (2...5).contains(start[1]) || start.starts(with: [0x50, 0x4B, 3, 4])
    }
}
