import FleetModel
package import WireModel

/// `/plan/gpu`: which GPU suits.
package struct ChoicePage: Sendable {
    let viewer: Viewer
    let form: PlanForm
    let answer: ChoiceView?
    let problem: Problem?

    package init(viewer: Viewer, form: PlanForm, answer: ChoiceView?, problem: Problem?) {
        self.viewer = viewer
        self.form = form
        self.answer = answer
        self.problem = problem
    }

    package func html() -> HTML {
        Layout(title: "Plan: which GPU", place: .plan, viewer: viewer).page { html in
            html.plan(.gpu, "Ranked by what predicts speed, by memory, price and energy, with what was left out and why.")
            html.question(.gpu) { html in
                html.choice(
                    "for", "For",
                    [
                        ("education", "Learning, a first machine"), ("research", "Research"),
                        ("datacentre", "A data centre"), ("serving", "Serving answers"),
                    ],
                    chosen: form.given("for").isEmpty ? "research" : form.given("for"))
                html.field("budget", .budget, form, hint: "For all GPUs together; empty: any", placeholder: "5k")
                html.field("growth", .growth, form, placeholder: "2x")
                html.field("model", .model, form, hint: "That must fit", placeholder: "llama-3.1-8b")
                html.method(form, first: ("", "As the work is"))
                html.tick("used", PlanField.used.label ?? "", form.isSet("used"))
            }
            if let problem { html.notice(problem) }
            guard let answer else { return }
            candidates(answer, &html)
            html.card("left-title", "Left out") { html in
                html(.ul) { html in
                    for out in answer.leftOut {
                        let some = out.gpus.prefix(6).joined(separator: ", ")
                        html(
                            .li, text: "\(out.reason): " + (out.gpus.count > 6 ? "\(out.gpus.count), such as \(some)" : some)
                        )
                    }
                }
            }
            html.assumptions(answer.assumptions)
        }
    }

    private func candidates(_ answer: ChoiceView, _ html: inout HTML) {
        html.card("chosen-title", "What suits, the best first") { html in
            guard !answer.candidates.isEmpty else {
                return html(.p, .class("none"), text: "Nothing suits. \(answer.remedy ?? "")")
            }
            html(.table, .class("cards")) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        for name in ["GPU", "Suits", "Speed"] { html.column(name) }
                        for name in ["Memory", "Price", "Power"] { html.column(name, isFigures: true) }
                        for name in ["Why", "Machine around it"] { html.column(name) }
                    }
                }
                html(.tbody) { html in for one in answer.candidates.prefix(20) { row(one, answer.currency, &html) } }
            }
        }
    }

    private func row(_ one: ChoiceView.Candidate, _ currency: String, _ html: inout HTML) {
        html(.tr) { html in
            html.gpu((one.count > 1 ? "\(one.count) × " : "") + one.gpu, inPool: one.inPool)
            for (name, part) in [("Suits", one.suits), ("Speed", one.speed)] {
                html(.td, .data(.label, name)) { html in
                    html.text(PlanFigures.percent(part))
                    html.bar(percent: part * 100)
                }
            }
            html(.td, .class("n"), .data(.label, "Memory"), text: MemoryBytes(one.memoryBytes).gibibytesText)
            let price = one.price.map { PlanFigures.money($0, currency) + (one.priceYear.map { " (\($0))" } ?? "") }
            html(.td, .class("n"), .data(.label, "Price"), text: price ?? "ask")
            html(.td, .class("n"), .data(.label, "Power"), text: one.watts.map(Figures.watts) ?? "–")
            html(.td, .data(.label, "Why"), text: one.why)
            html(
                .td, .data(.label, "Machine around it"),
                text: "\(one.hostCores) cores, \(MemoryBytes(one.hostMemoryBytes).gibibytesText) RAM")
        }
    }
}
