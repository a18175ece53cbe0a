/// Names that a stranger's file gives, made fit for a terminal and a page.
enum PlainText {
    /// Without control characters and others that turn or hide text, and not longer than asked.
    static func short(_ text: String, most: Int = 80) -> String {
        var plain = ""
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < most else { return plain + "..." }
            plain.unicodeScalars.append(isPlain(scalar) ? scalar : "?")
            count += 1
        }
        return plain
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
