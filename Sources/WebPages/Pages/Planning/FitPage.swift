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
                html.notice(answer.sentence, isGood: answer.devices.contains { $0.verdict == "fits" })
                range(answer, &html)
                devices(answer, &html)
                if answer.tellsTime { FitTimes(answer: answer).card(&html) }
                parts(answer, &html)
                html.assumptions(answer.assumptions)
            }
        }
    }

    private func question(_ html: inout HTML) {
        html.question(.fit) { html in
            html.field(
                "model", .model, form,
                hint: "\(models.prefix(3).joined(separator: ", ")) and \(models.count - 3) more; or describe it below",
                placeholder: "llama-3.1-8b")
            html.method(form)
            html.choice(
                "precision", PlanField.precision.label ?? "",
                [
                    ("", "As usual"), ("fp32", "FP32"), ("bf16", "BF16"), ("fp16", "FP16"), ("pure-bf16", "BF16 alone"),
                    ("int8", "INT8"), ("int4", "INT4"),
                ],
                chosen: form.given(.precision))
            html.field("batch", .batch, form, placeholder: "1", isWhole: true)
            html.field("sequence", .sequence, form, placeholder: "2048", isWhole: true)
            html.field("image", .image, form, placeholder: "224", isWhole: true)
            html.field("gpus", .gpus, form, placeholder: "1", isWhole: true)
            html.field(
                "gpu", .gpu, form, hint: "One, or a memory such as 24GB..; none: the pool's and common ones",
                placeholder: "rtx4090")
            html.field(
                "tokens", .tokens, form, hint: "Tells how long they take; of answers where it is asked", placeholder: "1e9")
            html.field("promptTokens", .promptTokens, form, hint: "That are read before answers", placeholder: "1e9")
            html.field("samples", .samples, form, hint: "In place of tokens", placeholder: "1.28M")
            html.field("epochs", .epochs, form, placeholder: "1", isWhole: true)
            html.field(
                "utilisation", .utilisation, form, hint: "Of the tensor rate (MFU); none: a script of one's own",
                placeholder: "40%")
            html.field("params", .params, form, hint: "Of a model that is not built in: 7B", placeholder: "7B")
            html.field("layers", .layers, form, placeholder: "32", isWhole: true)
            html.field("hidden", .hidden, form, placeholder: "4096", isWhole: true)
            html.tick("checkpointing", PlanField.checkpointing.label ?? "", form.isSet("checkpointing"))
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
                            html.gpu(device.gpu, inPool: device.inPool)
                            html(
                                .td, .class("n"), .data(.label, "Memory"),
                                text: MemoryBytes(device.memoryBytes).gibibytesText)
                            html(.td, .data(.label, "Answer")) { $0.pill(Self.look(device.verdict)) }
                        }
                    }
                }
            }
            guard !answer.remedies.isEmpty else { return }
            html(.h3, text: answer.remedyTitle)
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
