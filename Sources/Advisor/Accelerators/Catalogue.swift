package import FleetModel

/// The accelerators that the advisor knows.
package struct Catalogue: Sendable {
    /// As the file has them.
    package let accelerators: [Accelerator]
    let generations: [Generation]
    private let words: [[String]]

    package init(_ accelerators: [Accelerator]) {
        self.accelerators = accelerators
        generations = Generation.all(accelerators)
        words = accelerators.map { Self.words(of: $0.vendor + " " + $0.name) }
    }

    /// What a name of somebody's means.
    package enum Finding: Hashable, Sendable {
        /// The likeliest first: what has the fewest words besides, of those modules before cards, then the most memory.
        case found([Accelerator])
        /// What it may have been meant for.
        case nothing(nearest: [String])
    }

    /// Finds an accelerator as people write it: `a100`, `rtx4090`, `NVIDIA A100-SXM4-80GB`, `a100 80gb`. All words must be in its
    /// name; words of its name may be written together.
    package func find(_ text: String) -> Finding {
        // No name is longer, and looking for what is near takes the square of its length.
        guard text.utf8.count <= 100 else { return .nothing(nearest: []) }
        let asked = Self.words(of: text).filter { !Self.filler.contains($0) }
        guard !asked.isEmpty else { return .nothing(nearest: []) }
        var hits: [(index: Int, rest: Int)] = []
        for (index, words) in words.enumerated() {
            guard let used = Self.match(asked, in: words) else { continue }
            hits.append((index, words.count - used))
        }
        guard !hits.isEmpty else { return .nothing(nearest: nearest(to: text)) }
        hits.sort { left, right in
            let (a, b) = (accelerators[left.index], accelerators[right.index])
            if Self.family(a) != Self.family(b), left.rest != right.rest { return left.rest < right.rest }
            if Self.form(a) != Self.form(b) { return Self.form(a) < Self.form(b) }
            if a.memory != b.memory { return a.memory > b.memory }
            return left.index < right.index
        }
        return .found(hits.map { accelerators[$0.index] })
    }

    /// By what the bus says: `10de:2684`. Several where models share a number.
    package func find(pciID: String) -> [Accelerator] {
        let id = pciID.lowercased()
        return accelerators.filter { $0.pciIDs.contains(id) }
    }

    /// By what a driver says of a device: its name, and its memory within 8 %, since drivers hold some back.
    package func find(model: String, memory: MemoryBytes) -> Accelerator? {
        guard case .found(let found) = find(model) else { return nil }
        return found.first { accelerator in
            let share = Double(memory.bytes) / Double(max(1, accelerator.memory.bytes))
            return (0.92...1.01).contains(share)
        } ?? (found.count == 1 ? found.first : nil)
    }

    /// A100 of 40 and 80 GB are one family, A100 and A10 are not.
    private static func family(_ accelerator: Accelerator) -> [String] {
        words(of: accelerator.name).filter { !isVariant($0) }
    }

    private static func isVariant(_ word: String) -> Bool {
        ["pcie", "sxm", "sxm2", "sxm3", "sxm4", "sxm5", "nvl", "oam"].contains(word)
            || word.hasSuffix("gb") && word.dropLast(2).allSatisfy(\.isNumber)
    }

    /// Modules are what most servers of a family have; a pair of cards is the rarest.
    private static func form(_ accelerator: Accelerator) -> Int {
        let words = words(of: accelerator.name)
        if words.contains("nvl") { return 2 }
        return words.contains { $0.hasPrefix("sxm") || $0 == "oam" } ? 0 : 1
    }

    /// By whole names and by their ends: `rtx5095` is near `GeForce RTX 5090`.
    private func nearest(to text: String) -> [String] {
        let text = Self.words(of: text).filter { !Self.filler.contains($0) }.joined()
        var ends: [(end: String, name: String)] = []
        for accelerator in accelerators {
            let words = Self.words(of: accelerator.name)
            for end in words.indices.map({ words[$0...].joined() }) where end.count + 2 >= text.count {
                ends.append((end, accelerator.name))
            }
        }
        let near = Set(Likeness.nearest(to: text, in: ends.map(\.end)))
        var names: [String] = []
        for (end, name) in ends where near.contains(end) && !names.contains(name) && names.count < 5 { names.append(name) }
        return names
    }

    /// Words that say nothing about the model.
    private static let filler: Set<String> = [
        "nvidia", "amd", "intel", "google", "gpu", "graphics", "corporation", "hbm2", "hbm2e", "hbm3",
    ]

    private static func words(of text: String) -> [String] {
        var words: [String] = []
        for word in text.lowercased().split(whereSeparator: { !($0.isLetter || $0.isNumber) }) {
            // `80 GB` is one word as `80GB` is.
            if word == "gb" || word == "gib", let last = words.last, last.allSatisfy(\.isNumber) {
                words[words.count - 1] = last + "gb"
            } else {
                words.append(String(word))
            }
        }
        return words
    }

    /// How many of the name's words the asked ones use; nil: one is not there.
    private static func match(_ asked: [String], in words: [String]) -> Int? {
        var used = Set<Int>()
        for word in asked {
            guard let range = place(of: word, in: words) else { return nil }
            used.formUnion(range)
        }
        return used.count
    }

    private static func place(of word: String, in words: [String]) -> Range<Int>? {
        for start in words.indices {
            var joined = ""
            for end in start..<words.count {
                joined += words[end]
                if joined == word { return start..<(end + 1) }
                if joined.utf8.count >= word.utf8.count { break }
            }
        }
        return nil
    }
}
