/// How far work says that it is. Its word, and nothing is decided by it.
package struct WorkProgress: Hashable, Codable, Sendable {
    /// How many steps are done; nil: it did not say.
    package var step: Int64?
    /// How many there will be.
    package var steps: Int64?
    /// How many samples were computed so far.
    package var samples: Int64?

    /// Beyond this a number is a mistake.
    private static let most: Int64 = 1 << 53
    /// Lines that are looked at, from the last one back.
    private static let lines = 4

    package init(step: Int64? = nil, steps: Int64? = nil, samples: Int64? = nil) {
        self.step = step
        self.steps = steps
        self.samples = samples
    }

    /// It says something, and each number could be one.
    package var makesSense: Bool {
        guard step != nil || samples != nil else { return false }
        return [step, steps, samples].allSatisfy { $0.map { (0...Self.most).contains($0) } ?? true }
    }

    /// Per cent, from 0 to 100; nil: not known.
    package var percent: Int? {
        guard let step, let steps, steps > 0 else { return nil }
        return Int(Double(min(step, steps)) * 100 / Double(steps))
    }

    /// Reads the last line that says something: `step=120 of=1000 samples=7680`, or JSON with the same keys on one line.
    /// Anything may stand there: what is not understood is passed over. nil: nothing was.
    /// - Parameter bytes: the end of what was written.
    package init?(parsing bytes: [UInt8]) {
        for line in bytes.split(separator: 10).suffix(Self.lines).reversed() {
            if let read = Self.read(line) {
                self = read
                return
            }
        }
        return nil
    }

    private static func read(_ line: ArraySlice<UInt8>) -> WorkProgress? {
        var progress = WorkProgress()
        for (key, value) in pairs(line) {
            guard let number = number(value) else { continue }
            switch key {
            case "step": progress.step = number
            case "of", "steps": progress.steps = number
            case "samples": progress.samples = number
            default: continue
            }
        }
        return progress.step == nil && progress.samples == nil ? nil : progress
    }

    /// Words with `=` or `:` between them; quotation marks, braces and commas are as good as spaces.
    private static func pairs(_ line: ArraySlice<UInt8>) -> [(String, ArraySlice<UInt8>)] {
        var words: [ArraySlice<UInt8>] = [], start: Int?
        for index in line.indices {
            let isWord =
                switch line[index] {
                case 48...57, 65...90, 97...122, 95, 46, 45, 43: true
                default: false
                }
            if isWord, start == nil { start = index }
            if !isWord, let from = start {
                words.append(line[from..<index])
                start = nil
            }
        }
        if let start { words.append(line[start...]) }
        return zip(words, words.dropFirst()).map { (String(decoding: $0, as: UTF8.self), $1) }
    }

    /// A whole number that is not negative; `7680.0` is one too.
    private static func number(_ word: ArraySlice<UInt8>) -> Int64? {
        let whole = word.prefix { $0 != 46 }, rest = word.dropFirst(whole.count + 1)
        guard rest.allSatisfy({ (48...57).contains($0) }), let number = Int64(String(decoding: whole, as: UTF8.self)),
            (0...most).contains(number)
        else { return nil }
        return number
    }
}
