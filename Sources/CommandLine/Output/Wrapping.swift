/// Breaks lines between words.
enum Wrapping {
    /// - Parameter width: nil: nothing is broken. Lines that begin with a space are commands to be copied, and stay whole.
    static func wrapped(_ text: String, width: Int?) -> String {
        guard let width else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
            line.hasPrefix(" ") ? [String(line)] : pieces(of: String(line), width: width)
        }.joined(separator: "\n")
    }

    /// A line's pieces; a word longer than the width has a piece of its own.
    static func pieces(of line: String, width: Int) -> [String] {
        guard line.count > width else { return [line] }
        var pieces: [String] = [], piece = ""
        for word in line.split(separator: " ", omittingEmptySubsequences: false) {
            if !piece.isEmpty, piece.count + 1 + word.count > width {
                pieces.append(piece)
                piece = String(word)
            } else {
                piece += (piece.isEmpty ? "" : " ") + word
            }
        }
        return pieces + [piece]
    }
}
