import WireModel

extension UsagePage {
    /// How near forecasts came to what happened.
    func forecasts(_ report: AccuracyReport, _ html: inout HTML) {
        html.card("forecasts-title", "How near forecasts came", more: "Of work that ended well") { html in
            guard !report.scores.isEmpty else {
                let isNothing = report.notCompared + report.notMeasured == 0
                return html(
                    .p, .class("none"),
                    text: isNothing
                        ? "Nothing was forecast in this time. Once the same command has run, the next run of it is."
                        : "Nothing that was forecast in this time could be compared.")
            }
            html(.table, .class("cards")) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        html.column("Forecast of")
                        html.column("From")
                        for name in ["How many", "Median error", "Mean error", "In range", "Above"] {
                            html.column(name, isFigures: true)
                        }
                    }
                }
                html(.tbody) { html in
                    for score in report.scores { row(score, &html) }
                }
            }
            html(.p) { html in
                html(
                    .small,
                    text:
                        "Errors are of the expected amount, as a part of what happened; one counts for at most 1000 %. In range: between the "
                        + "least and the most that was said; Above: more happened than that.")
            }
            if report.notCompared > 0 {
                html(.p) { html in
                    html(
                        .small,
                        text: "\(report.notCompared) with a forecast did not end well, and can’t be compared.")
                }
            }
        }
    }

    private func row(_ score: AccuracyReport.Score, _ html: inout HTML) {
        html(.tr) { html in
            html(.th, .scope("row"), text: score.quantity)
            html(
                .td, .data(.label, "From"),
                text: score.basis == "history" ? "earlier runs" : "what was said of it")
            html(.td, .class("n"), .data(.label, "How many"), text: "\(score.forecasts)")
            for (name, error) in [("Median error", score.medianError), ("Mean error", score.meanError)] {
                html(.td, .class("n"), .data(.label, name), text: error.map(Self.percent) ?? "–")
            }
            html(.td, .class("n"), .data(.label, "In range"), text: "\(score.within) of \(score.forecasts)")
            html(.td, .class("n"), .data(.label, "Above"), text: "\(score.above)")
        }
    }

    private static func percent(_ share: Double) -> String { "\(Int((min(share.magnitude, 9_999) * 100).rounded())) %" }
}
