import WireModel

extension GetPage {
    /// What it will hold, so that a model that will not fit is known before anybody waits for a GPU.
    func fit(_ html: inout HTML) {
        let isOpen = !form.fitModel.isEmpty
        html(.details, isOpen ? .open : nil) { html in
            html(.summary, text: "Will it fit? Say what it holds on the GPU…")
            html(.div, .class("row")) { html in
                html(.div, .class("field")) { html in
                    html(.label, .for("fit-model"), text: "Neural network")
                    html(
                        .input, .id("fit-model"), .name("fit-model"), .type("text"), .value(form.fitModel),
                        .placeholder("llama-3.1-8b"), .maxlength(100), .noSpelling, .list("fit-models"),
                        .aria(.describedby, "fit-hint"))
                    html(.datalist, .id("fit-models")) { html in
                        for name in knownModels { html(.option, .value(name)) }
                    }
                    html(.small, .id("fit-hint")) { html in
                        html.text("Empty: nothing is checked. Another one, or more to say: ")
                        html(.a, .href(Link("/plan")), text: "Plan")
                        html.text(".")
                    }
                }
                html(.div, .class("field")) { html in
                    html(.label, .for("fit-method"), text: "What is done with it")
                    html(.select, .id("fit-method"), .name("fit-method")) { html in
                        for (value, words) in Self.methods {
                            html(.option, .value(value), value == form.fitMethod ? .selected : nil, text: words)
                        }
                    }
                }
                html(.div, .class("field")) { html in
                    html(.label, .for("fit-batch"), text: "Batch")
                    html(
                        .input, .id("fit-batch"), .name("fit-batch"), .type("text"), .value(form.fitBatch),
                        .placeholder("1"), .maxlength(10), .inputmode("numeric"))
                }
            }
        }
    }

    private static let methods = [
        ("inference", "Ask it (inference)"), ("full", "Train all weights"), ("lora", "Train with LoRA"),
        ("qlora", "Train with QLoRA"),
    ]

    /// Nothing was asked for yet: the same buttons, pressed again, ask for it.
    func warned(_ html: inout HTML) {
        html(.div, .class("notice", "warn"), .role("alert")) { html in
            html(.p) { $0(.strong, text: "Nothing was asked for yet") }
            for warning in warnings {
                html(.p) { html in
                    html.text(warning.words)
                    if let time = warning.time { html.text(" “For how long” could be \(time).") }
                    if let gpus = warning.gpus {
                        html.text(" “Which kind” could be a larger one (\(gpus.prefix { $0 != "." }) or more).")
                    }
                }
            }
            html(.p, text: "Change it below, or press the same button again to ask for it all the same.")
        }
    }
}
