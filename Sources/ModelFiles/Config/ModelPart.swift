/// The name of one of a model's files, such as `model-00002-of-00008.safetensors`.
struct ModelPart {
    let count: Int
    private let before: String
    private let width: Int
    private let after: String

    /// - Returns: nil for any other name.
    init?(_ name: String) {
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
        let ending = name[dot...]
        let pieces = name[..<dot].split(separator: "-", omittingEmptySubsequences: false)
        guard pieces.count >= 4, pieces[pieces.count - 2] == "of", let number = Self.number(pieces[pieces.count - 3]),
            let count = Self.number(pieces[pieces.count - 1]), number >= 1, number <= count, count <= Limit.parts
        else { return nil }
        self.count = count
        before = pieces.dropLast(3).joined(separator: "-")
        width = pieces[pieces.count - 1].utf8.count
        after = "-of-\(pieces[pieces.count - 1])\(ending)"
    }

    /// The names of all parts, in order.
    var all: [String] {
        (1...count).map { number in
            let digits = String(number)
            return "\(before)-\(String(repeating: "0", count: max(0, width - digits.utf8.count)))\(digits)\(after)"
        }
    }

    private static func number(_ text: Substring) -> Int? {
        guard (4...6).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return Int(text)
    }
}
