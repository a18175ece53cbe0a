/// The end of what work wrote.
package struct OutputView: Sendable {
    /// Of one of the two streams.
    package struct Stream: Sendable {
        let text: String
        /// Bytes before it that are not shown.
        let before: Int64

        /// - Parameters:
        ///   - bytes: as the work wrote them.
        ///   - before: how many bytes of the stream lie before these.
        package init(bytes: [UInt8], before: Int64) {
            // A piece that begins in the middle of a line loses that line.
            let start = before == 0 ? 0 : bytes.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            text = LogText.plain(Array(bytes[start...]))
            self.before = before + Int64(start)
        }
    }

    let output: Stream
    let error: Stream
    /// Where the newest is asked for; nil: nothing more comes.
    let more: Link?

    package init(output: Stream, error: Stream, more: Link?) {
        self.output = output
        self.error = error
        self.more = more
    }

    /// A page of nothing else, for the script.
    package func html() -> HTML {
        var html = HTML()
        html.markup("<!DOCTYPE html>\n<html lang=\"en\">")
        html(.head) { html in
            html.markup("<meta charset=\"utf-8\">")
            html(.title, text: "Output")
        }
        html(.body) { write(to: &$0) }
        html.markup("</html>\n")
        return html
    }

    func write(to html: inout HTML) {
        html(.div, .id("log"), .data(.log, more?.text ?? "")) { html in
            if output.text.isEmpty, error.text.isEmpty {
                html(.p, .class("none"), text: more == nil ? "It wrote nothing." : "Nothing has been written yet.")
            }
            block("Standard output", output, isAlone: error.text.isEmpty, &html)
            block("Messages (standard error)", error, isAlone: false, &html)
        }
    }

    private func block(_ name: String, _ stream: Stream, isAlone: Bool, _ html: inout HTML) {
        guard !stream.text.isEmpty else { return }
        if !isAlone { html(.h3, text: name) }
        if stream.before > 0 {
            html(.p, .class("soft"), text: "The end of it; \(Figures.grouped(stream.before)) bytes come before.")
        }
        // Browsers take the first line end in it away.
        html(.pre, .class("log"), .tabindex(0), .role("region"), .label(name), text: "\n" + stream.text)
    }
}
