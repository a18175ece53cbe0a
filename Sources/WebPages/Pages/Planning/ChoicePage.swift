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
                html.field("batch", .batch, form, placeholder: "1", isWhole: true)
                html.field("sequence", .sequence, form, placeholder: "2048", isWhole: true)
                html.tick("used", PlanField.used.label ?? "", form.isSet("used"))
            }
            if let problem { html.notice(problem) }
            guard let answer else { return }
            if !answer.pool.isEmpty { owned(answer, &html) }
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

    private static let shown = 20

    /// What needs nobody to buy anything.
    private func owned(_ answer: ChoiceView, _ html: inout HTML) {
        html.card("pool-title", "What this pool has") { html in
            html(.table, .class("cards")) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        html.column("GPU")
                        for name in ["How many", "Memory"] { html.column(name, isFigures: true) }
                        for name in ["Speed", "Answer"] { html.column(name) }
                    }
                }
                html(.tbody) { html in
                    for one in answer.pool {
                        html(.tr) { html in
                            html(.th, .scope("row"), text: one.gpu)
                            html(.td, .class("n"), .data(.label, "How many"), text: "\(one.count)")
                            html(
                                .td, .class("n"), .data(.label, "Memory"), text: MemoryBytes(one.memoryBytes).gibibytesText)
                            html(.td, .data(.label, "Speed")) { html in
                                guard let speed = one.speed, !answer.candidates.isEmpty else { return html.text("–") }
                                html.text("\(PlanFigures.percent(speed)) of the fastest below")
                            }
                            html(.td, .data(.label, "Answer")) { html in
                                html.pill((one.needed == nil ? "late" : "free", one.words))
                            }
                        }
                    }
                }
            }
        }
    }

    private func candidates(_ answer: ChoiceView, _ html: inout HTML) {
        let count = answer.candidates.count
        html.card(
            "chosen-title", "What suits, the best first", more: count > Self.shown ? "\(Self.shown) of \(count)" : nil
        ) { html in
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
                html(.tbody) { html in for one in answer.candidates.prefix(Self.shown) { row(one, answer.currency, &html) } }
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
            let likely = one.likelyPrice.map { "about " + PlanFigures.money($0, currency) + ": ask" }
            html(.td, .class("n"), .data(.label, "Price"), text: price ?? likely ?? "ask")
            html(.td, .class("n"), .data(.label, "Power"), text: one.watts.map(Figures.watts) ?? "–")
            html(.td, .data(.label, "Why"), text: one.why)
            html(
                .td, .data(.label, "Machine around it"),
                text: "\(one.hostCores) cores, \(MemoryBytes(one.hostMemoryBytes).gibibytesText) RAM")
        }
    }
}
