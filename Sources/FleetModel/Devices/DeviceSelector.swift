/// Which devices and how many: `1`, `a100:2`, `24GB..`, `24GB..80GB:2`, `rtx 4090`, `4090`.
package struct DeviceSelector: Hashable, Codable, Sendable {
    package let count: Int
    /// Words that the model's name must hold, lower case; empty: any model.
    package let modelWords: [String]
    package let memoryAtLeast: MemoryBytes?
    package let memoryAtMost: MemoryBytes?

    package init(
        count: Int, modelWords: [String] = [], memoryAtLeast: MemoryBytes? = nil, memoryAtMost: MemoryBytes? = nil
    ) {
        self.count = count
        self.modelWords = modelWords
        self.memoryAtLeast = memoryAtLeast
        self.memoryAtMost = memoryAtMost
    }

    package static let none = DeviceSelector(count: 0)

    /// Whether a device's memory lies in the range, or none was asked for.
    ///
    /// Cards are sold by round sizes and report others. An A10 of 24 GB reports 23.8 · 10⁹ bytes, since error correction
    /// takes some; an A100 of 80 GB has 80 · 2³⁰. So the bounds give way by 1 % below and 7.5 % above.
    package func holds(_ memory: MemoryBytes) -> Bool {
        if let least = memoryAtLeast, memory < least - MemoryBytes(max(0, least.bytes) / 100) { return false }
        if let most = memoryAtMost, memory > most + MemoryBytes(max(0, most.bytes) / 1_000 * 75) { return false }
        return true
    }

    /// By memory and by name.
    package func matches(_ device: Device) -> Bool {
        guard holds(device.memory) else { return false }
        if modelWords.isEmpty { return true }
        let words = Self.words(of: device.model)
        // Who asks for an A100 means a whole one, and not a slice of it.
        if words.contains("mig"), !modelWords.contains(where: Self.asksForSlice) { return false }
        return modelWords.allSatisfy { Self.contains($0, in: words) }
    }

    /// `2 × a100`, `1 × 24 GB or more`, `no GPU`.
    package var text: String {
        guard count > 0 else { return "no GPU" }
        var kind = modelWords.joined(separator: " ")
        if let memoryAtLeast { kind += (kind.isEmpty ? "" : " ") + "\(memoryAtLeast.text) or more" }
        if let memoryAtMost { kind += (kind.isEmpty ? "" : " ") + "\(memoryAtMost.text) or less" }
        return "\(count) × \(kind.isEmpty ? "any GPU" : kind)"
    }

    /// `mig`, or the first half of a profile such as `1g.10gb`.
    private static func asksForSlice(_ word: String) -> Bool {
        word == "mig" || word.utf8.count == 2 && word.last == "g" && ("1"..."7").contains(word.first ?? "0")
    }

    static func words(of text: String) -> [String] {
        text.lowercased().split { !($0.isLetter || $0.isNumber) }.map(String.init)
    }

    /// `rtx4090` also finds `RTX 4090`: a word may be several of the name's words written together.
    private static func contains(_ word: String, in words: [String]) -> Bool {
        for start in words.indices {
            var joined = ""
            for next in words[start...] {
                joined += next
                if joined == word { return true }
                if joined.utf8.count >= word.utf8.count { break }
            }
        }
        return false
    }
}

extension DeviceSelector {
    /// Why a text selects no devices.
    package enum ParseError: Error, Equatable, Sendable {
        case empty
        case notACount(String)
        case negativeCount(String)
        case notAMemoryRange(String)
        case emptyMemoryRange(String)
    }

    /// The most devices that one request may ask for; more is a slip of the finger.
    package static let largestCount = 1_000_000
    /// From here on a number alone is a model: `4090` means that card, and nobody asks one node for 4,090 devices.
    package static let smallestModelNumber = 1_000

    package init(parsing given: String) throws(ParseError) {
        let text = String(given.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let first = parts.first, !first.isEmpty else { throw .empty }
        if parts.count == 1, let count = try Self.number(first), count < Self.smallestModelNumber {
            self.init(count: count)
            return
        }
        // `1.5` is a slip, and no model's name.
        if first.contains("."), !first.contains(".."), first.allSatisfy({ $0 == "." || ("0"..."9").contains($0) }) {
            throw .notACount(first)
        }
        var count = 1
        if parts.count == 2 {
            guard let given = try Self.number(parts[1]) else { throw .notACount(parts[1]) }
            count = given
        }
        guard let range = try Self.memoryRange(first) else {
            let words = Self.words(of: first)
            guard !words.isEmpty else { throw .empty }
            self.init(count: count, modelWords: words)
            return
        }
        self.init(count: count, memoryAtLeast: range.0, memoryAtMost: range.1)
    }

    private static func number(_ text: String) throws(ParseError) -> Int? {
        guard text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 45 }) else { return nil }
        guard let number = Int(text) else { throw .notACount(text) }
        guard number >= 0 else { throw .negativeCount(text) }
        guard number <= largestCount else { throw .notACount(text) }
        return number
    }

    /// `24GB`, `24GB..`, `..80GB`, `24GB..80GB`; nil: not a range of memory but a model's name. Each needs its unit,
    /// since `4090` and `24..80GB` would mean bytes.
    private static func memoryRange(_ text: String) throws(ParseError) -> (MemoryBytes?, MemoryBytes?)? {
        guard let dots = text.firstRange(ofDots: "..") else {
            guard let single = memory(text) else { return nil }
            return (single, nil)
        }
        let low = String(text[..<dots]), high = String(text[dots...].dropFirst(2))
        let least = memory(low), most = memory(high)
        guard low.isEmpty || least != nil, high.isEmpty || most != nil, least != nil || most != nil else {
            throw .notAMemoryRange(text)
        }
        if let least, let most, least > most { throw .emptyMemoryRange(text) }
        return (least, most)
    }

    private static func memory(_ text: String) -> MemoryBytes? {
        text.contains(where: \.isLetter) ? try? MemoryBytes(parsing: text) : nil
    }
}

extension String {
    fileprivate func firstRange(ofDots dots: String) -> String.Index? {
        indices.first { self[$0...].hasPrefix(dots) }
    }
}
