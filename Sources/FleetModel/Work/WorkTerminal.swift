/// How many characters a terminal shows.
package struct TerminalSize: Hashable, Codable, Sendable {
    package let rows: Int
    package let columns: Int

    /// What programs and Carrel's own formats take.
    package static let allowed = 1...4_095

    /// nil: there is no terminal of that size.
    package init?(rows: Int, columns: Int) {
        guard Self.allowed.contains(rows), Self.allowed.contains(columns) else { return nil }
        self.rows = rows
        self.columns = columns
    }

    private init(usual rows: Int, _ columns: Int) {
        self.rows = rows
        self.columns = columns
    }

    /// What programs expect where nobody knows.
    package static let usual = TerminalSize(usual: 24, 80)
}

/// The terminal that work runs on.
package struct WorkTerminal: Hashable, Codable, Sendable {
    /// When the work begins; it follows whoever is attached.
    package let size: TerminalSize
    /// Whether the work is a shell: it ends when it is hung up, and is deaf to what ends other programs.
    package let isShell: Bool

    package init(size: TerminalSize, isShell: Bool) {
        self.size = size
        self.isShell = isShell
    }
}
