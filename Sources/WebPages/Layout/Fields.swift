import FleetModel
import WireModel

/// Parts of forms. A field's id is its name, with what tells it from its like on the same page.
extension HTML {
    mutating func hidden(_ name: StaticString, _ value: String) {
        self(.input, .type("hidden"), .name(name), .value(value))
    }

    /// A field of one line with its label, and a hint below it.
    /// - Parameters:
    ///   - tail: tells it from others of the same name on the page.
    ///   - error: why what was typed can't be taken; it takes the hint's place.
    mutating func field(
        _ name: StaticString, _ label: String, value: String = "", hint: String? = nil, placeholder: String? = nil,
        type: StaticString = "text", most: Int = 200, tail: String = "", error: String? = nil, _ more: Attribute?...
    ) {
        let id = "\(name)\(tail)", hintID = id + "-hint"
        self(.div, .class("field")) { html in
            html(.label, .for(id), text: label)
            html.input(
                [
                    .id(id), .name(name), .type(type), .value(value), .maxlength(most), placeholder.map { .placeholder($0) },
                    hint == nil && error == nil ? nil : .aria(.describedby, hintID),
                    error == nil ? nil : .aria(.invalid, "true"),
                ] + more)
            if let error {
                html(.small, .id(hintID), .class("wrong")) { $0.sentences(error) }
            } else if let hint {
                html(.small, .id(hintID), text: hint)
            }
        }
    }

    /// One of several things.
    mutating func choice(
        _ name: StaticString, _ label: String, _ options: [(value: String, name: String)], chosen: String,
        hint: String? = nil, tail: String = ""
    ) {
        let id = "\(name)\(tail)", hintID = id + "-hint"
        self(.div, .class("field")) { html in
            html(.label, .for(id), text: label)
            html(.select, .id(id), .name(name), hint == nil ? nil : .aria(.describedby, hintID)) { html in
                for option in options {
                    html(.option, .value(option.value), option.value == chosen ? .selected : nil, text: option.name)
                }
            }
            if let hint { html(.small, .id(hintID), text: hint) }
        }
    }

    /// A section of a page with its title.
    mutating func card(_ id: String, _ title: String, more: String? = nil, _ content: (inout HTML) -> Void) {
        self(.section, .class("card"), .aria(.labelledby, id)) { html in
            html(.header) { html in
                html(.h2, .id(id), text: title)
                if let more { html(.p, text: more) }
            }
            content(&html)
        }
    }

    /// What was just done, or why it was not.
    mutating func notice(_ words: String, isGood: Bool = true) {
        self(.p, .class("notice", isGood ? "good" : "bad"), .role(isGood ? "status" : "alert")) { $0.sentences(words) }
    }

    mutating func notice(_ problem: Problem) {
        self(.div, .class("notice", "bad"), .role("alert")) { html in
            html(.p) { $0(.strong, text: problem.title) }
            html(.p) { $0.sentences(problem.detail) }
        }
    }

    /// Something that is shown once and taken away, such as a secret. It stands in a field, where a press takes all of it.
    mutating func once(_ label: String, _ secret: String, _ words: String) {
        self(.div, .class("notice", "good"), .role("status")) { html in
            html(.div, .class("field")) { html in
                html(.label, .for("once"), text: label)
                html(
                    .input, .id("once"), .class("secret"), .type("text"), .value(secret), .readonly, .noSpelling,
                    .autocomplete("off"), .aria(.describedby, "once-hint"))
                html(.small, .id("once-hint"), text: words)
            }
        }
    }
}
