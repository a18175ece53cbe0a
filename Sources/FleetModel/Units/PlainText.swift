extension String {
    /// Without control characters, each of which becomes U+FFFD: a process may call itself what a terminal would obey.
    package var withoutControls: String {
        String(
            unicodeScalars.map {
                $0.value < 0x20 || (0x7f...0x9f).contains($0.value) ? "\u{FFFD}" : Character($0)
            })
    }
}
