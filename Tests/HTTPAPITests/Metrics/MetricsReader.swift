/// Reads OpenMetrics 1.0 by its grammar and rules, and finds fault with everything that is not as written there.
struct MetricsReader {
    struct Fault: Error, CustomStringConvertible {
        let line: Int
        let words: String
        var description: String { "line \(line): \(words)" }
    }

    struct Sample: Equatable {
        var name: String
        var labels: [String: String]
        var value: String
    }

    struct Family {
        var name: String
        var type = "unknown"
        var unit: String?
        var help: String?
        var samples: [Sample] = []
    }

    private(set) var families: [Family] = []
    private var line = 0
    /// What may still be said of the newest family: each of the three once, and before its samples.
    private var said: Set<String> = []

    private static let types = [
        "counter", "gauge", "histogram", "gaugehistogram", "stateset", "info", "summary", "unknown",
    ]
    private static let suffixes: [String: [String]] = [
        "counter": ["_total", "_created"], "histogram": ["_bucket", "_count", "_sum", "_created"], "info": ["_info"],
        "gauge": [""], "unknown": [""], "stateset": [""],
    ]

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw fault("the last line has no end") }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        guard lines.last == "# EOF" else { throw fault("no # EOF at the end") }
        for content in lines.dropLast() {
            line += 1
            if content.isEmpty { throw fault("an empty line") }
            if content.contains("\r") { throw fault("a carriage return") }
            if content.hasPrefix("#") { try readMetadata(content) } else { try readSample(content) }
        }
        try checkFamilies()
    }

    func family(_ name: String) -> Family? { families.first { $0.name == name } }

    private func fault(_ words: String) -> Fault { Fault(line: line, words: words) }

    private mutating func readMetadata(_ content: Substring) throws {
        let words = content.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard words.count == 4, words[0] == "#" else { throw fault("no metadata: \(content)") }
        let kind = String(words[1]), name = String(words[2]), rest = String(words[3])
        try checkName(name, colon: true)
        if families.last?.name != name {
            guard family(name) == nil else { throw fault("\(name) comes in two places") }
            families.append(Family(name: name))
            said = []
        }
        guard families[families.count - 1].samples.isEmpty else { throw fault("metadata of \(name) after its samples") }
        guard said.insert(kind).inserted else { throw fault("\(kind) of \(name) twice") }
        switch kind {
        case "TYPE":
            guard Self.types.contains(rest) else { throw fault("no type: \(rest)") }
            families[families.count - 1].type = rest
        case "UNIT":
            guard name.hasSuffix("_" + rest) else { throw fault("\(name) does not end with its unit \(rest)") }
            families[families.count - 1].unit = rest
        case "HELP": families[families.count - 1].help = try unescaped(rest)
        default: throw fault("no metadata: \(kind)")
        }
    }

    private mutating func readSample(_ content: Substring) throws {
        var rest = content[...]
        let name = String(rest.prefix { $0 != "{" && $0 != " " })
        try checkName(name, colon: true)
        rest = rest.dropFirst(name.count)
        var labels: [String: String] = [:]
        if rest.first == "{" { labels = try readLabels(&rest) }
        guard rest.first == " " else { throw fault("no space before the value") }
        let value = String(rest.dropFirst())
        guard !value.contains(" ") else { throw fault("more than a value: \(value)") }
        guard Double(value) != nil || ["+Inf", "-Inf", "NaN"].contains(value) else { throw fault("no number: \(value)") }
        guard let family = families.last else { throw fault("a sample before any family") }
        let suffixes = Self.suffixes[family.type] ?? []
        guard suffixes.contains(where: { family.name + $0 == name }) else {
            throw fault("\(name) is no sample of the \(family.type) \(family.name)")
        }
        let sample = Sample(name: name, labels: labels, value: value)
        guard !family.samples.contains(where: { $0.name == name && $0.labels == labels }) else {
            throw fault("the same sample twice: \(content)")
        }
        if family.type == "counter" || family.type == "histogram", (Double(value) ?? -1) < 0 {
            throw fault("negative: \(content)")
        }
        if family.type == "info", value != "1" { throw fault("an info is 1: \(content)") }
        families[families.count - 1].samples.append(sample)
    }

    private mutating func readLabels(_ rest: inout Substring) throws -> [String: String] {
        var labels: [String: String] = [:]
        rest = rest.dropFirst()
        while true {
            let name = String(rest.prefix { $0 != "=" })
            try checkName(name, colon: false)
            rest = rest.dropFirst(name.count)
            guard rest.hasPrefix("=\"") else { throw fault("no value of \(name)") }
            rest = rest.dropFirst(2)
            var raw = "", isEscaped = false
            while let character = rest.first, isEscaped || character != "\"" {
                isEscaped = !isEscaped && character == "\\"
                raw.append(character)
                rest = rest.dropFirst()
            }
            guard labels.updateValue(try unescaped(raw), forKey: name) == nil else { throw fault("label \(name) twice") }
            rest = rest.dropFirst()
            if rest.first == "}" { break }
            guard rest.first == "," else { throw fault("labels don't end") }
            rest = rest.dropFirst()
        }
        rest = rest.dropFirst()
        return labels
    }

    private func unescaped(_ raw: String) throws -> String {
        var text = "", characters = raw.makeIterator()
        while let character = characters.next() {
            if character == "\"" { throw fault("a quotation mark that is not escaped: \(raw)") }
            guard character == "\\" else {
                text.append(character)
                continue
            }
            switch characters.next() {
            case "n": text.append("\n")
            case "\\": text.append("\\")
            case "\"": text.append("\"")
            case let other: throw fault("no escape: \\\(other.map(String.init) ?? "")")
            }
        }
        return text
    }

    private func checkName(_ name: String, colon: Bool) throws {
        func may(_ scalar: Unicode.Scalar, first: Bool) -> Bool {
            switch scalar {
            case "a"..."z", "A"..."Z", "_": true
            case "0"..."9": !first
            case ":": colon
            default: false
            }
        }
        let scalars = Array(name.unicodeScalars)
        guard let first = scalars.first, may(first, first: true), scalars.allSatisfy({ may($0, first: false) }) else {
            throw fault("no name: “\(name)”")
        }
    }

    private func checkFamilies() throws {
        for family in families where family.type == "histogram" {
            let groups = Dictionary(grouping: family.samples) { $0.labels.filter { $0.key != "le" } }
            for (_, samples) in groups {
                let buckets = samples.filter { $0.name.hasSuffix("_bucket") }
                let bounds = buckets.map {
                    $0.labels["le"] == "+Inf" ? Double.infinity : Double($0.labels["le"] ?? "") ?? .nan
                }
                guard bounds == bounds.sorted(), bounds.last == .infinity else { throw fault("bounds of \(family.name)") }
                // Canonical numbers: 1.0 and not 1.
                guard buckets.dropLast().allSatisfy({ ($0.labels["le"] ?? "").contains(".") }) else {
                    throw fault("bounds of \(family.name) are not canonical")
                }
                let counts = buckets.map { Double($0.value) ?? -1 }
                guard counts == counts.sorted() else { throw fault("buckets of \(family.name) are not cumulative") }
                let count = samples.first { $0.name.hasSuffix("_count") }.flatMap { Double($0.value) }
                guard count == counts.last, samples.contains(where: { $0.name.hasSuffix("_sum") }) else {
                    throw fault("count or sum of \(family.name)")
                }
            }
        }
        for family in families where family.type == "counter" && family.name.hasSuffix("_total") {
            throw fault("the name of a counter's family ends with _total: \(family.name)")
        }
    }
}
