/// Whether words of a bill name GPUs, or a machine of a family that has some. What such a line cost must not go missing unseen.
final class GPUWords {
    private let accelerator: (String) -> String?
    /// Long files say the same again and again.
    private var known: [String: Bool] = [:]
    private var knownWords: [Substring: Bool] = [:]
    private static let mostKnown = 20_000

    init(accelerator: @escaping (String) -> String?) { self.accelerator = accelerator }

    /// The first text that names some.
    func first(in texts: [String?]) -> String? {
        for case let text? in texts where names(text) { return text }
        return nil
    }

    private func names(_ text: String) -> Bool {
        if let known = known[text] { return known }
        let found = look(text)
        if known.count < Self.mostKnown { known[text] = found }
        return found
    }

    private func look(_ text: String) -> Bool {
        let words = text.lowercased().prefix(2_000).split { !($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") }
        for (index, word) in words.enumerated() {
            if isFamily(word) { return true }
            let parts = word.split(separator: "-")
            let isGoogles = parts.last.map { last in Self.googles.contains { last.hasPrefix($0) } } ?? false
            if isGoogles, index + 1 < words.count, words[index + 1] == "instance" { return true }
            if parts.contains(where: isAccelerator) { return true }
        }
        return false
    }

    private static let googles = ["a2", "a3", "a4", "g2", "g4"]

    /// `p5.48xlarge`, `ml.g5.xlarge`, `nd96isr`, `a3-highgpu-8g`.
    private func isFamily(_ word: Substring) -> Bool {
        let bytes = Array(word.utf8)
        func isDigit(_ place: Int) -> Bool { place < bytes.count && (48...57).contains(bytes[place]) }
        if bytes.count > 2, bytes[2] == UInt8(ascii: "-"), Self.googles.contains(String(word.prefix(2))) { return true }
        if bytes.first == UInt8(ascii: "n"), bytes.count > 2, [99, 100, 118].contains(bytes[1]), isDigit(2) { return true }
        var rest = word
        if rest.hasPrefix("ml.") { rest = rest.dropFirst(3) }
        let family = Array((rest.split(separator: ".").first ?? "").utf8)
        guard rest.contains("."), let first = family.first, first == UInt8(ascii: "p") || first == UInt8(ascii: "g") else {
            return false
        }
        return family.count > 1 && (48...57).contains(family[1])
    }

    /// Sizes of disks and of old machines are called as some GPUs are.
    private static let others = ["p4", "p40", "p10", "p6", "a2", "a10"]

    /// `h100`, `l40s`, `mi300x`: up to three letters, digits, up to two letters, and the catalogue knows it.
    private func isAccelerator(_ word: Substring) -> Bool {
        let front = word.prefix { $0.isLetter }, digits = word.dropFirst(front.count).prefix { $0.isNumber }
        let end = word.dropFirst(front.count + digits.count)
        guard (1...3).contains(front.count), (1...4).contains(digits.count), end.count <= 2,
            end.allSatisfy(\.isLetter), !Self.others.contains(String(word))
        else { return false }
        // Looking for what nobody knows takes long.
        if let known = knownWords[word] { return known }
        let found = accelerator(String(word)) != nil
        if knownWords.count < Self.mostKnown { knownWords[word] = found }
        return found
    }
}
