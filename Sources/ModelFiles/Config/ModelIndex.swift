/// `model.safetensors.index.json`: which of a model's files each tensor lies in.
enum ModelIndex {
    /// - Returns: the names of the files, each once, sorted.
    static func read(_ file: OpenFile) throws(ModelFileError) -> [String] {
        guard file.size <= Limit.index else {
            throw .tooLarge(file: file.name, what: .index, found: UInt64(file.size), most: Limit.index)
        }
        var scanner = JSONScanner(try file.bytes(at: 0, count: file.size), file: file.name)
        var names: Set<String> = []
        try scanner.object { (scanner, key) throws(ModelFileError) in
            guard key == "weight_map" else { return try scanner.skip() }
            try scanner.object { (scanner, _) throws(ModelFileError) in
                _ = scanner.peek()
                let before = scanner
                let name = try scanner.string()
                // Names in other folders would lead a reader to what its user never named.
                guard isBare(name) else { throw before.wrong("a file's name without its folder") }
                guard names.insert(name).inserted, names.count > Limit.parts else { return }
                throw .tooMany(file: file.name, what: .parts, found: names.count, most: Limit.parts)
            }
        }
        try scanner.finish()
        guard !names.isEmpty else {
            throw .malformed(file: file.name, offset: 0, expected: "a weight_map with files", found: "none")
        }
        return names.sorted()
    }

    private static func isBare(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && !name.utf8.contains(UInt8(ascii: "/")) && !name.utf8.contains(0)
    }
}
