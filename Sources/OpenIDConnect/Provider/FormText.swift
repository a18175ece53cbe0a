import FleetModel

/// Fields as forms and addresses carry them.
enum FormText {
    static func written(_ fields: [(String, String)]) -> String {
        fields.map { "\($0.0.percentEscaped())=\($0.1.percentEscaped())" }.joined(separator: "&")
    }

    /// What a stranger wrote, short and harmless in a log.
    static func plain(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { (0x21..<0x7f).contains($0.value) }.prefix(60)))
    }
}
