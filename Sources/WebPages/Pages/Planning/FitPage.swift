import FleetModel
package import WireModel

/// `/plan`: whether a model fits.
package struct FitPage: Sendable {
    let viewer: Viewer
    let form: PlanForm
    let answer: FitView?
    let problem: Problem?
    let models: [String]

    /// - Parameters:
    ///   - answer: nil: nothing was asked, or it could not be answered.
    ///   - models: that are built in, as hints.
    package init(viewer: Viewer, form: PlanForm, answer: FitView?, problem: Problem?, models: [String]) {
        self.viewer = viewer
        self.form = form
        self.answer = answer
        self.problem = problem
        self.models = models
    }

    package func html() -> HTML {
        Layout(title: "Plan", place: .plan, viewer: viewer).page { html in
            html.plan(.fit, "How much memory a model needs on each GPU, as a range, before anybody waits for one.")
            question(&html)
            if let problem { html.notice(problem) }
            if let answer {
                range(answer, &html)
                parts(answer, &html)
                devices(answer, &html)
                html.assumptions(answer.assumptions)
            }
        }
    }

    private func question(_ html: inout HTML) {
        html.question(.fit) { html in
            html.field(
                "model", "Model", value: form.given("model"),
                hint: "\(models.prefix(3).joined(separator: ", ")) and \(models.count - 3) more; or describe it below",
                placeholder: "llama-3.1-8b")
            html.choice(
                "method", "What is done",
                [
                    ("inference", "Ask it (inference)"), ("full", "Train all weights"), ("lora", "Train with LoRA"),
                    ("qlora", "Train with QLoRA"),
                ],
                chosen: form.given("method"))
            html.choice(
                "precision", "Numbers",
                [
                    ("", "As usual"), ("fp32", "FP32"), ("bf16", "BF16"), ("fp16", "FP16"), ("pure-bf16", "BF16 alone"),
                    ("int8", "INT8"), ("int4", "INT4"),
                ],
                chosen: form.given("precision"))
            html.field("batch", "Batch", value: form.given("batch"), placeholder: "1", .inputmode("numeric"))
            html.field("sequence", "Tokens", value: form.given("sequence"), placeholder: "2048", .inputmode("numeric"))
            html.field(
                "image", "Pixels of an image's side", value: form.given("image"), placeholder: "224", .inputmode("numeric"))
            html.field("gpus", "GPUs together", value: form.given("gpus"), placeholder: "1", .inputmode("numeric"))
            html.field("gpu", "On which GPU", value: form.given("gpu"), hint: "None: common ones", placeholder: "rtx4090")
            html.field(
                "params", "Parameters", value: form.given("params"), hint: "Of a model that is not built in: 7B",
                placeholder: "7B")
            html.field("layers", "Its layers", value: form.given("layers"), placeholder: "32", .inputmode("numeric"))
            html.field("hidden", "Its width", value: form.given("hidden"), placeholder: "4096", .inputmode("numeric"))
            html.tick("checkpointing", "Checkpoint activations", form.isSet("checkpointing"))
        }
    }

    private func range(_ answer: FitView, _ html: inout HTML) {
        let each = answer.gpus > 1 ? " on each of \(answer.gpus) GPUs" : ""
        html(.dl, .class("figures")) { html in
            html.figure("At least", MemoryBytes(answer.lowerBytes).gibibytesText, "whatever the software does" + each)
            html.figure("Expected", MemoryBytes(answer.expectedBytes).gibibytesText, "with PyTorch" + each)
            html.figure("Safe with", MemoryBytes(answer.safeBytes).gibibytesText, "with room for what differs" + each)
        }
    }

    private func parts(_ answer: FitView, _ html: inout HTML) {
        html.card("parts-title", "What it is made of", more: "\(answer.model), \(answer.source)") { html in
            html(.table, .class("cards")) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        html.column("Part")
                        html.column("Memory", isFigures: true)
                        html.column("Share")
                    }
                }
                let all = Double(max(1, answer.expectedBytes))
                html(.tbody) { html in
                    for part in answer.parts {
                        html(.tr) { html in
                            html(.th, .scope("row"), text: part.words)
                            html(.td, .class("n"), .data(.label, "Memory"), text: MemoryBytes(part.bytes).gibibytesText)
                            html(.td, .data(.label, "Share")) { $0.bar(percent: Double(part.bytes) / all * 100) }
                        }
                    }
                }
            }
        }
    }

    private func devices(_ answer: FitView, _ html: inout HTML) {
        html.card("devices-title", "Where it fits") { html in
            html(.table, .class("cards")) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        html.column("GPU")
                        html.column("Memory", isFigures: true)
                        html.column("Answer")
                    }
                }
                html(.tbody) { html in
                    for device in answer.devices {
                        html(.tr) { html in
                            html(.th, .scope("row"), text: device.gpu)
                            html(.td, .class("n"), .data(.label, "Memory"), text: MemoryBytes(device.memoryBytes).gibibytesText)
                            html(.td, .data(.label, "Answer")) { $0.pill(Self.look(device.verdict)) }
                        }
                    }
                }
            }
            guard !answer.remedies.isEmpty else { return }
            html(.h3, text: "It would fit with")
            html(.ul) { html in
                for remedy in answer.remedies {
                    html(.li, text: "\(remedy.words): \(MemoryBytes(remedy.safeBytes).gibibytesText)")
                }
            }
        }
    }

    private static func look(_ verdict: String) -> (tone: StaticString, words: String) {
        switch verdict {
        case "fits": ("free", "fits")
        case "mayFit": ("late", "may fit: try it")
        case "hardlyFits": ("late", "hardly")
        default: ("broken", "does not fit")
        }
    }
}
