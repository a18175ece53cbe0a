extension BinaryInteger {
    /// With its noun: `1 event`, `2 events`.
    package func counted(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}

extension MilliCores {
    /// With their noun: `1 core`, `0.5 cores`.
    package var words: String { "\(text) core\(thousandths == 1_000 ? "" : "s")" }
}
