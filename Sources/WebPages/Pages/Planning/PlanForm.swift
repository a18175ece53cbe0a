import WireModel

/// What stands in the form of a page of *Plan*: what was asked, to be shown again.
package struct PlanForm: Sendable {
    /// As it stands in the address.
    let given: @Sendable (String) -> String

    package init(_ given: @escaping @Sendable (String) -> String) { self.given = given }

    func given(_ field: PlanField) -> String { given(field.rawValue) }

    func isSet(_ name: String) -> Bool { ["on", "true", "1"].contains(given(name)) }
}

/// The pages of *Plan*.
enum PlanTopic: CaseIterable {
    case fit, gpu, device, cost, compare

    var name: String {
        switch self {
        case .fit: "Does it fit"
        case .gpu: "Which GPU"
        case .device: "A GPU at all"
        case .cost: "Cost"
        case .compare: "Compare"
        }
    }

    var link: Link {
        switch self {
        case .fit: Link("/plan")
        case .gpu: Link("/plan/gpu")
        case .device: Link("/plan/device")
        case .cost: Link("/plan/cost")
        case .compare: Link("/plan/compare")
        }
    }
}

extension HTML {
    /// The title, a line below it, and the way to the others.
    mutating func plan(_ topic: PlanTopic, _ line: String) {
        lead(topic == .cost ? "Cost: own or rent" : "Plan: \(topic.name)") { $0.text(line) }
        choices("Topics", PlanTopic.allCases.map { ($0.name, $0.link, $0 == topic) })
    }

    /// A form that asks by its address, so that an answer can be kept and sent to somebody.
    mutating func question(_ topic: PlanTopic, _ fields: (inout HTML) -> Void) {
        self(.form, .method("get"), .action(topic.link), .class("card")) { html in
            html(.div, .class("row", "even")) { fields(&$0) }
            html(.div, .class("actions")) { $0(.button, .type("submit"), .class("strong"), text: "Show") }
        }
    }

    /// A field with its label and what was typed.
    mutating func field(
        _ name: StaticString, _ field: PlanField, _ form: PlanForm, hint: String? = nil, placeholder: String,
        isWhole: Bool = false
    ) {
        self.field(
            name, field.label ?? field.rawValue, value: form.given(field), hint: hint, placeholder: placeholder,
            isWhole ? .inputmode("numeric") : nil)
    }

    /// What is done with a model.
    mutating func method(_ form: PlanForm, first: (String, String)? = nil) {
        choice(
            "method", PlanField.method.label ?? "",
            (first.map { [$0] } ?? []) + [
                ("inference", "Ask it (inference)"), ("full", "Train all weights"), ("lora", "Train with LoRA"),
                ("qlora", "Train with QLoRA"),
            ], chosen: form.given(.method))
    }

    /// A row's name, and how many of it the pool has.
    mutating func gpu(_ name: String, inPool: Int?) {
        self(.th, .scope("row")) { html in
            html.text(name)
            guard let inPool else { return }
            html.text(" ")
            html.pill(("used", "\(inPool) in this pool"))
        }
    }

    /// What an answer rests on.
    mutating func assumptions(_ words: [String]) {
        card("assumed-title", "Assumed") { html in
            html(.ul) { html in for line in words { html(.li, text: line) } }
        }
    }

    /// Beside the fields of a question, which are grids of label, field and hint.
    mutating func tick(_ name: StaticString, _ label: String, _ isSet: Bool) {
        self(.div, .class("boxes")) { html in
            html(.p) { html in
                html(
                    .input, .id("\(name)"), .type("checkbox"), .name(name), .value("on"), isSet ? .checked : nil)
                html.text(" ")
                html(.label, .for("\(name)"), text: label)
            }
        }
    }
}

/// Shares and rates as the pages of *Plan* show them.
enum PlanFigures {
    static func money(_ money: Money, _ currency: String) -> String {
        Figures.money(Double(money.micros) / 1_000_000, currency)
    }

    static func percent(_ share: Double) -> String { "\(Int((min(share, 1e6) * 100).rounded())) %" }

    /// `312 T`: operations a second.
    static func tera(_ rate: Double?) -> String { rate.map { Figures.short($0 / 1e12) + " T" } ?? "–" }
}
