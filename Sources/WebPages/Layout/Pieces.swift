import FleetModel
import WireModel

extension HTML {
    /// A state, as a coloured word.
    mutating func pill(_ look: (tone: StaticString, words: String)) {
        self(.span, .class("pill", look.tone), text: look.words)
    }

    /// Sentences in which commands stand between backticks. One whose answer a page has gives way to a link there.
    mutating func sentences(_ text: String) {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
        guard parts.count > 1, !parts.count.isMultiple(of: 2) else { return self.text(text) }
        for (index, part) in parts.enumerated() {
            if index.isMultiple(of: 2) {
                self.text(String(part))
            } else if let page = CommandPage(part) {
                let isFirst = index == 1 && parts[0].isEmpty || parts[index - 1].hasSuffix(". ")
                self(
                    .a, .href(page.link),
                    text: isFirst ? page.name.prefix(1).uppercased() + page.name.dropFirst() : page.name)
            } else {
                self(.code, text: String(part))
            }
        }
    }

    /// A bar that is filled by so many per cent. What it shows stands beside it in words.
    mutating func bar(percent: Double, isLate: Bool = false) {
        let percent = Swift.min(100, Swift.max(0, percent))
        self(.svg, isLate ? .class("bar", "late") : .class("bar"), .aria(.hidden, "true")) { html in
            html(.rect, .at(.width, percent: percent), .at(.height, percent: 100))
        }
    }

    /// A large number with what it counts.
    mutating func figure(_ name: String, _ value: String, _ more: String? = nil, tone: StaticString? = nil) {
        self(.div, tone.map { .class($0) }) { html in
            html(.dt, text: name)
            html(.dd) { html in
                html.text(value)
                if let more { html(.small, text: more) }
            }
        }
    }

    /// A row of `.facts`.
    mutating func fact(_ name: String, _ content: (inout HTML) -> Void) {
        self(.dt, text: name)
        self(.dd, content: content)
    }

    mutating func fact(_ name: String, text: String?) {
        guard let text else { return }
        fact(name) { $0.text(text) }
    }

    /// A heading cell of a column. Of figures: they are set to the right.
    mutating func column(_ name: String, isFigures: Bool = false) {
        self(.th, .scope("col"), isFigures ? .class("n") : nil, text: name)
    }

    /// A form that is one button.
    mutating func button(_ name: String, to link: Link, tone: StaticString? = nil) {
        self(.form, .method("post"), .action(link)) { html in
            html(.button, .type("submit"), tone.map { .class($0) }, text: name)
        }
    }

    /// What one of several things is shown.
    mutating func choices(_ label: String, _ all: [(name: String, link: Link, isChosen: Bool)]) {
        self(.nav, .label(label)) { html in
            html(.ul, .class("choices")) { html in
                for (name, link, isChosen) in all {
                    html(.li) { $0(.a, .href(link), isChosen ? .aria(.current, "true") : nil, text: name) }
                }
            }
        }
    }

    /// The title of a page with a line below it.
    mutating func lead(_ title: String, _ line: (inout HTML) -> Void) {
        self(.header, .class("lead")) { html in
            html(.div) { html in
                html(.h1, text: title)
                html(.p, content: line)
            }
        }
    }
}
