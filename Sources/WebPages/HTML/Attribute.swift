/// An attribute of an element. Its name comes from the source; its value is quoted and escaped, and where it is a link, it is a
/// `Link`. There is none for styles or handlers: the content policy forbids both.
struct Attribute: Sendable {
    private enum Value: Sendable {
        case none
        case fixed([StaticString])
        case text(String)
    }

    private let name: StaticString
    private let value: Value

    private init(_ name: StaticString, _ value: Value) {
        self.name = name
        self.value = value
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: name.utf8Buffer)
        bytes.append(UInt8(ascii: "="))
        bytes.append(UInt8(ascii: "\""))
        switch value {
        case .none: break
        case .fixed(let words):
            for (index, word) in words.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: " ")) }
                bytes.append(contentsOf: word.utf8Buffer)
            }
        case .text(let text): Escaping.append(text.utf8, to: &bytes)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    static func `class`(_ names: StaticString...) -> Attribute { Attribute("class", .fixed(names)) }
    static func id(_ id: String) -> Attribute { Attribute("id", .text(id)) }
    static func href(_ link: Link) -> Attribute { Attribute("href", .text(link.text)) }
    static func href(outside address: OutsideAddress) -> Attribute { Attribute("href", .text(address.text)) }
    static func action(_ link: Link) -> Attribute { Attribute("action", .text(link.text)) }
    static func src(_ link: Link) -> Attribute { Attribute("src", .text(link.text)) }
    static func title(_ text: String) -> Attribute { Attribute("title", .text(text)) }
    static func value(_ text: String) -> Attribute { Attribute("value", .text(text)) }
    static func placeholder(_ text: String) -> Attribute { Attribute("placeholder", .text(text)) }
    static func datetime(_ text: String) -> Attribute { Attribute("datetime", .text(text)) }
    static func label(_ text: String) -> Attribute { Attribute("aria-label", .text(text)) }
    static func `for`(_ id: String) -> Attribute { Attribute("for", .text(id)) }
    static func type(_ type: StaticString) -> Attribute { Attribute("type", .fixed([type])) }
    static func name(_ name: StaticString) -> Attribute { Attribute("name", .fixed([name])) }
    static func name(_ field: PolicyForm.Field) -> Attribute { Attribute("name", .text(field.rawValue)) }
    static func role(_ role: StaticString) -> Attribute { Attribute("role", .fixed([role])) }
    static func scope(_ scope: StaticString) -> Attribute { Attribute("scope", .fixed([scope])) }
    static func method(_ method: StaticString) -> Attribute { Attribute("method", .fixed([method])) }
    static func rel(_ rel: StaticString) -> Attribute { Attribute("rel", .fixed([rel])) }
    static func rows(_ count: Int) -> Attribute { Attribute("rows", .text("\(count)")) }
    static func min(_ least: Int) -> Attribute { Attribute("min", .text("\(least)")) }
    static func max(_ most: Int) -> Attribute { Attribute("max", .text("\(most)")) }
    static func maxlength(_ most: Int) -> Attribute { Attribute("maxlength", .text("\(most)")) }
    static func colspan(_ count: Int) -> Attribute { Attribute("colspan", .text("\(count)")) }
    static func tabindex(_ index: Int) -> Attribute { Attribute("tabindex", .text("\(index)")) }
    static func autocomplete(_ what: StaticString) -> Attribute { Attribute("autocomplete", .fixed([what])) }
    static func minlength(_ least: Int) -> Attribute { Attribute("minlength", .text("\(least)")) }
    static func step(_ step: StaticString) -> Attribute { Attribute("step", .fixed([step])) }
    static func enctype(_ type: StaticString) -> Attribute { Attribute("enctype", .fixed([type])) }
    static let multiple = Attribute("multiple", .none)
    static let autofocus = Attribute("autofocus", .none)
    static let checked = Attribute("checked", .none)
    static let readonly = Attribute("readonly", .none)
    static let noCapitals = Attribute("autocapitalize", .fixed(["none"]))
    static let required = Attribute("required", .none)
    static let selected = Attribute("selected", .none)
    static let open = Attribute("open", .none)
    static let hidden = Attribute("hidden", .none)
    static let `defer` = Attribute("defer", .none)
    /// On a button: the browser checks no field before it sends the form.
    static let noValidation = Attribute("formnovalidate", .none)
    /// The id of a `datalist`: what is offered while somebody types.
    static func list(_ id: StaticString) -> Attribute { Attribute("list", .fixed([id])) }
    static func inputmode(_ mode: StaticString) -> Attribute { Attribute("inputmode", .fixed([mode])) }
    static let noSpelling = Attribute("spellcheck", .fixed(["false"]))
    static let current = Attribute("aria-current", .fixed(["page"]))

    /// Of `aria-NAME`.
    static func aria(_ name: ARIA, _ text: String) -> Attribute { Attribute(name.attribute, .text(text)) }

    enum ARIA: Sendable {
        case hidden, live, labelledby, describedby, current, invalid

        fileprivate var attribute: StaticString {
            switch self {
            case .hidden: "aria-hidden"
            case .live: "aria-live"
            case .labelledby: "aria-labelledby"
            case .describedby: "aria-describedby"
            case .current: "aria-current"
            case .invalid: "aria-invalid"
            }
        }
    }

    /// For the script: what it finds regions by.
    static func data(_ name: DataName, _ text: String) -> Attribute { Attribute(name.attribute, .text(text)) }

    enum DataName: Sendable {
        /// A region that is replaced by its newer self when something happens.
        case live
        /// Where newer output of work is asked for.
        case log
        /// A name of a column, for narrow screens.
        case label
        /// How a time is written.
        case form
        /// Of a time in a picture.
        case time
        /// Where a terminal's lease is asked for, below `/v1`.
        case terminal
        /// Whether the viewer may type there: `1`.
        case types
        /// What is said once a form was sent.
        case done

        fileprivate var attribute: StaticString {
            switch self {
            case .live: "data-live"
            case .log: "data-log"
            case .label: "data-label"
            case .form: "data-form"
            case .time: "data-time"
            case .terminal: "data-terminal"
            case .types: "data-types"
            case .done: "data-done"
            }
        }
    }

    /// A place or a size in a picture.
    static func at(_ name: Measure, _ value: String) -> Attribute { Attribute(name.attribute, .text(value)) }
    static func at(_ name: Measure, _ value: Double) -> Attribute { Attribute(name.attribute, .text(Figures.plain(value))) }
    static func at(_ name: Measure, percent: Double) -> Attribute {
        Attribute(name.attribute, .text(Figures.plain(percent) + "%"))
    }

    enum Measure: Sendable {
        case x, y, x1, x2, y1, y2, width, height, rx, points, viewBox, d, stretch, anchor

        fileprivate var attribute: StaticString {
            switch self {
            case .x: "x"
            case .y: "y"
            case .x1: "x1"
            case .x2: "x2"
            case .y1: "y1"
            case .y2: "y2"
            case .width: "width"
            case .height: "height"
            case .rx: "rx"
            case .points: "points"
            case .viewBox: "viewBox"
            case .d: "d"
            case .stretch: "preserveAspectRatio"
            case .anchor: "text-anchor"
            }
        }
    }
}
