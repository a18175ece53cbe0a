/// A terminal to run work on; part of `POST /v1/requests`.
package struct TerminalWish: Codable, Equatable, Sendable {
    package var rows: Int
    package var columns: Int
    /// Whether the work is a shell, which is hung up when it is to end; absent: it is not.
    package var shell: Bool?

    package init(rows: Int, columns: Int, shell: Bool? = nil) {
        self.rows = rows
        self.columns = columns
        self.shell = shell
    }
}

/// The body of `PUT /v1/leases/ID/terminal`.
package struct TerminalBody: Codable, Equatable, Sendable {
    package var rows: Int
    package var columns: Int
    /// Whether the program in front is to draw its picture again.
    package var redraw: Bool?

    package init(rows: Int, columns: Int, redraw: Bool? = nil) {
        self.rows = rows
        self.columns = columns
        self.redraw = redraw
    }
}

/// A size that a terminal was given.
package struct TerminalSizeView: Codable, Equatable, Sendable {
    package var rows: Int
    package var columns: Int

    package init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
    }
}

/// The terminal of work that runs or waits.
package struct TerminalView: Codable, Equatable, Sendable {
    package var rows: Int
    package var columns: Int
    /// Bytes that were written on it so far.
    package var written: Int64

    package init(rows: Int, columns: Int, written: Int64) {
        self.rows = rows
        self.columns = columns
        self.written = written
    }
}
