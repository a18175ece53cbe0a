/// What is kept of a `config.json`: fields that the reader asks for, by name. Those of another type than it expects are
/// not there; of a name that comes twice, the last counts, as in Python.
struct ConfigFields {
    private(set) var numbers: [String: Int] = [:]
    private(set) var texts: [String: String] = [:]
    private(set) var truths: [String: Bool] = [:]
    /// `architectures`.
    private(set) var classes: [String] = []
    /// Of a model of several parts, its language model; and how the weights are kept.
    private(set) var inner: [String: ConfigFields] = [:]

    static let languageModels = ["text_config", "llm_config", "language_config", "thinker_config"]
    private static let objects: Set<String> = Set(languageModels).union([
        "quantization_config", "quantization", "config_groups", "group_0", "weights",
    ])

    static func read(_ scanner: inout JSONScanner) throws(ModelFileError) -> ConfigFields {
        var fields = ConfigFields()
        try scanner.object { (scanner, name) throws(ModelFileError) in
            switch scanner.peek() {
            case UInt8(ascii: "{") where objects.contains(name): fields.inner[name] = try read(&scanner)
            case UInt8(ascii: "[") where name == "architectures": fields.classes = try texts(&scanner)
            case UInt8(ascii: "\"") where name == "model_type" || name == "quant_method":
                fields.texts[name] = try scanner.text()
            case UInt8(ascii: "t"), UInt8(ascii: "f"): fields.truths[name] = try scanner.truth()
            case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""): try scanner.skip()
            default: fields.numbers[name] = try scanner.integer()
            }
        }
        return fields
    }

    private static func texts(_ scanner: inout JSONScanner) throws(ModelFileError) -> [String] {
        var found: [String] = []
        try scanner.array { (scanner) throws(ModelFileError) in
            if let text = try scanner.text(), found.count < 8 { found.append(text) }
        }
        return found
    }

    /// The first of these names that has a sensible size.
    func size(_ names: [String]) -> Int? {
        for name in names {
            if let number = numbers[name], number > 0, number <= Limit.size { return number }
        }
        return nil
    }
}
