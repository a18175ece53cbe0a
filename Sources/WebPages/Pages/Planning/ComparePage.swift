import FleetModel
package import WireModel

/// `/plan/compare`: accelerators side by side.
package struct ComparePage: Sendable {
    let viewer: Viewer
    let form: PlanForm
    let answer: AcceleratorList?
    let problem: Problem?
    let names: [String]

    /// - Parameter names: of the whole catalogue.
    package init(viewer: Viewer, form: PlanForm, answer: AcceleratorList?, problem: Problem?, names: [String]) {
        self.viewer = viewer
        self.form = form
        self.answer = answer
        self.problem = problem
        self.names = names
    }

    package func html() -> HTML {
        Layout(title: "Plan: compare", place: .plan, viewer: viewer).page { html in
            html.plan(.compare, "Rates are dense, and those of FP16 and BF16 add in FP32, as training does.")
            html.question(.compare) { html in
                html.field(
                    "gpu", "GPUs, with commas between", value: form.given("gpu"), hint: "\(names.count) are known",
                    placeholder: "a100, mi100, rtx4090")
            }
            if let problem { html.notice(problem) }
            guard let answer else { return all(&html) }
            for note in answer.notes { html(.p, text: note) }
            pictures(answer, &html)
            table(answer, &html)
            html.card("sources-title", "Sources") { html in
                html(.ul) { html in for one in answer.accelerators { html(.li, text: "\(one.name): \(one.source)") } }
            }
        }
    }

    private func all(_ html: inout HTML) {
        html.card("all-title", "All that are known") { html in
            html(.p) { html in
                for (index, name) in names.enumerated() {
                    if index > 0 { html.text(" · ") }
                    html(.a, .href(Link("/plan/compare").with("gpu", name)), text: name)
                }
            }
        }
    }

    private static let bars: [(String, @Sendable (AcceleratorView) -> Double?)] = [
        ("Bandwidth", { $0.bandwidthBytesPerSecond }), ("FP16 tensor rate", { $0.tensorFP16 ?? $0.fp16 ?? $0.fp32 }),
        ("Memory", { Double($0.memoryBytes) }), ("FP16 for a watt", { $0.tensorFP16PerWatt }),
        ("FP16 for a dollar", { $0.tensorFP16PerDollar }),
    ]

    private func pictures(_ answer: AcceleratorList, _ html: inout HTML) {
        html.card("picture-title", "As a picture") { html in
            for (title, value) in Self.bars {
                let most = answer.accelerators.compactMap(value).max() ?? 1
                html(.h3, text: title)
                html(.table) { html in
                    html(.tbody) { html in
                        for one in answer.accelerators {
                            html(.tr) { html in
                                html(.th, .scope("row"), text: one.name)
                                html(.td) { html in
                                    guard let found = value(one) else { return html.text("not known") }
                                    html.text(PlanFigures.percent(found / most))
                                    html.bar(percent: found / most * 100)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private static let rows: [(String, @Sendable (AcceleratorView) -> String)] = [
        ("In this pool", { $0.inPool.map { "\($0)" } ?? "–" }), ("Made by", { $0.vendor }), ("For", { $0.segment }),
        ("Architecture", { "\($0.architecture), \($0.year)" }),
        ("FP32", { PlanFigures.tera($0.fp32) }), ("FP64", { PlanFigures.tera($0.fp64) }),
        ("TF32 tensor", { PlanFigures.tera($0.tensorTF32) }), ("FP16 tensor", { PlanFigures.tera($0.tensorFP16) }),
        ("BF16 tensor", { PlanFigures.tera($0.tensorBF16) }), ("FP8 tensor", { PlanFigures.tera($0.tensorFP8) }),
        ("INT8 tensor", { PlanFigures.tera($0.tensorINT8) }),
        ("Cores", { $0.cores.map { Figures.grouped(Int64($0)) } ?? "–" }),
        ("Tensor cores", { $0.tensorCores.map { Figures.grouped(Int64($0)) } ?? "–" }),
        ("Memory", { MemoryBytes($0.memoryBytes).gibibytesText }),
        ("Bandwidth", { Figures.grouped(Int64($0.bandwidthBytesPerSecond / 1e9)) + " GB/s" }),
        ("Power", { $0.watts.map(Figures.watts) ?? "–" }),
        (
            "Price",
            { one in
                one.price.map { PlanFigures.money($0, one.currency ?? "") + (one.priceYear.map { " (\($0))" } ?? "") } ?? "–"
            }
        ),
        ("Note", { $0.note ?? "" }),
    ]

    private func table(_ answer: AcceleratorList, _ html: inout HTML) {
        html.card("table-title", "Side by side", more: "T: 10¹² operations a second") { html in
            html(.div, .class("scroll"), .tabindex(0), .role("region"), .label("Side by side")) { html in
                html(.table) { html in
                    html(.thead) { html in
                        html(.tr) { html in
                            html.column("")
                            for one in answer.accelerators { html.column(one.name) }
                        }
                    }
                    html(.tbody) { html in
                        for (title, value) in Self.rows {
                            html(.tr) { html in
                                html(.th, .scope("row"), text: title)
                                for one in answer.accelerators { html(.td, text: value(one)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
