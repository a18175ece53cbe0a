import FleetModel
package import WireModel

/// `/plan/device`: processor or GPU.
package struct OffloadPage: Sendable {
    let viewer: Viewer
    let form: PlanForm
    let answer: OffloadView?
    let problem: Problem?

    package init(viewer: Viewer, form: PlanForm, answer: OffloadView?, problem: Problem?) {
        self.viewer = viewer
        self.form = form
        self.answer = answer
        self.problem = problem
    }

    package func html() -> HTML {
        Layout(title: "Plan: a GPU at all", place: .plan, viewer: viewer).page { html in
            html.plan(.device, "Sending data to a GPU takes time: small tasks are faster without one.")
            html.question(.device) { html in
                html.choice(
                    "task", "Task",
                    [
                        ("matmul", "Product of matrices"), ("elementwise", "Sum of arrays"), ("convolution", "Convolution"),
                        ("lstm", "Step of an LSTM"), ("mlp-train", "Training step of a small network"),
                    ],
                    chosen: form.given("task"))
                html.field("size", .size, form, hint: "Rows, numbers, pixels or units", placeholder: "4096", isWhole: true)
                html.field("calls", .calls, form, placeholder: "1", isWhole: true)
                html.field("gpu", .gpu, form, placeholder: "a100")
                html.field("wait", .wait, form, placeholder: "10m")
                html.tick("stays", PlanField.stays.label ?? "", form.isSet("stays"))
            }
            if let problem { html.notice(problem) }
            guard let answer else { return }
            html.notice(answer.words, isGood: true)
            html(.dl, .class("figures")) { html in
                html.figure(
                    "Processor", Rough.seconds(answer.processorSeconds), Figures.energy(joules: answer.processorJoules)
                )
                html.figure(
                    answer.gpu, Rough.seconds(answer.acceleratorSeconds),
                    "with its start; " + Figures.energy(joules: answer.acceleratorJoules))
                html.figure(
                    "It turns at", answer.crossover.map { Figures.grouped(Int64(min($0, 1e15))) } ?? "no size", answer.unit)
            }
            table(answer, &html)
            html.assumptions(answer.assumptions)
        }
    }

    /// Each size with both, and how much faster the faster one is.
    private func table(_ answer: OffloadView, _ html: inout HTML) {
        html.card("sizes-title", "One call at each size") { html in
            html(.table, .class("cards")) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        for name in [answer.unit, "Processor", answer.gpu] { html.column(name, isFigures: true) }
                        html.column("The GPU takes")
                    }
                }
                html(.tbody) { html in
                    for point in answer.points {
                        let share = point.processor > 0 ? point.accelerator / point.processor : 1
                        html(.tr) { html in
                            html(.th, .scope("row"), .class("n"), text: Figures.grouped(Int64(min(point.size, 1e15))))
                            html(.td, .class("n"), .data(.label, "Processor"), text: Rough.seconds(point.processor))
                            html(.td, .class("n"), .data(.label, answer.gpu), text: Rough.seconds(point.accelerator))
                            html(.td, .data(.label, "The GPU takes")) { html in
                                html.text(
                                    share < 1
                                        ? "\(PlanFigures.percent(share)) of the time" : "\(Figures.short(share)) × as long")
                                html.bar(percent: share * 100, isLate: share >= 1)
                            }
                        }
                    }
                }
            }
        }
    }
}
