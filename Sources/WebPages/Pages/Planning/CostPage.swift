package import WireModel

/// `/plan/cost`: own or rent.
package struct CostPage: Sendable {
    let viewer: Viewer
    let form: PlanForm
    let answer: OwnershipView?
    let problem: Problem?

    package init(viewer: Viewer, form: PlanForm, answer: OwnershipView?, problem: Problem?) {
        self.viewer = viewer
        self.form = form
        self.answer = answer
        self.problem = problem
    }

    package func html() -> HTML {
        Layout(title: "Cost", place: .plan, viewer: viewer).page { html in
            html.plan(.cost, "What a useful hour of a GPU costs, owned and rented, and from which use on owning pays.")
            question(&html)
            if let problem { html.notice(problem) }
            guard let answer else { return }
            html.notice(answer.words, isGood: true)
            figures(answer, &html)
            curve(answer, &html)
            rents(answer, &html)
            assumptions(answer, &html)
        }
    }

    private func question(_ html: inout HTML) {
        html.question(.cost) { html in
            html.field("gpu", "GPU", value: form.given("gpu"), placeholder: "h100")
            html.field("gpus", "GPUs of the machine", value: form.given("gpus"), placeholder: "8", .inputmode("numeric"))
            html.field(
                "price", "Its price in US dollars", value: form.given("price"), hint: "Empty: from the GPUs' price",
                placeholder: "300k")
            html.field(
                "utilisation", "Part of the time in use", value: form.given("utilisation"),
                hint: "Empty: as this pool measured it", placeholder: "50%")
            html.field(
                "rent", "Rent of one GPU and hour", value: form.given("rent"),
                hint: "Empty: one in the middle of those below",
                placeholder: "2.50")
            html.field("electricity", "A kilowatt-hour", value: form.given("electricity"), placeholder: "0.13")
            html.field("staff", "People and room a year", value: form.given("staff"), placeholder: "30k")
            html.field("years", "Years of use", value: form.given("years"), placeholder: "4")
        }
    }

    private func figures(_ answer: OwnershipView, _ html: inout HTML) {
        let currency = answer.currency
        html(.dl, .class("figures")) { html in
            html.figure(
                "Own", PlanFigures.money(answer.ownPerUsefulHour, currency),
                "a useful hour; \(PlanFigures.money(answer.ownPerMonth, currency)) a month")
            html.figure(
                "Rent", PlanFigures.money(answer.rentPerUsefulHour, currency),
                "a useful hour; \(PlanFigures.money(answer.rentPerMonth, currency)) a month")
            var range: String?
            if let low = answer.breakEvenLow, let high = answer.breakEvenHigh {
                range = "of the time; \(PlanFigures.percent(low)) to \(PlanFigures.percent(high)) if prices differ"
            }
            html.figure("Owning pays from", answer.breakEven.map(PlanFigures.percent) ?? "never", range)
            html.figure(
                "Paid back after", answer.paybackMonths.map { Figures.short($0) + " months" } ?? "never",
                "of \(PlanFigures.money(answer.capital, currency)), used for \(answer.lifetimeMonths) months")
        }
    }

    /// Over use: own falls, rent stays. What is dearer than four times the rent is cut off.
    private func curve(_ answer: OwnershipView, _ html: inout HTML) {
        let top = Double(max(1, answer.rentPerUsefulHour.micros)) * 4
        html.card(
            "curve-title", "A useful hour over use",
            more: "In use \(PlanFigures.percent(answer.utilisation)) of the time (\(answer.utilisationSource))"
        ) { html in
            html(
                .svg, .class("curve"), .at(.viewBox, "0 0 600 240"), .at(.stretch, "none"), .role("img"),
                .label("Cost of a useful hour at 5 to 100 per cent of use: the table below has the figures")
            ) { html in
                func place(_ use: Double, _ money: Money) -> String {
                    "\(Figures.plain(use * 600)),\(Figures.plain(240 - min(1, Double(money.micros) / top) * 232))"
                }
                html(
                    .polyline, .class("own"),
                    .at(.points, answer.curve.map { place($0.utilisation, $0.own) }.joined(separator: " ")))
                html(
                    .polyline, .class("rent"),
                    .at(.points, answer.curve.map { place($0.utilisation, $0.rent) }.joined(separator: " ")))
                let x = answer.utilisation * 600
                html(.line, .class("now"), .at(.x1, x), .at(.x2, x), .at(.y1, 0), .at(.y2, 240))
            }
            html(.p, .class("key")) { html in
                html(.span, .class("own"), text: "own")
                html.text(" · ")
                html(.span, .class("rent"), text: "rent")
                html.text(" · the upright line: now")
            }
            html(.details) { html in
                html(.summary, text: "The figures")
                html(.table, .class("cards")) { html in
                    html(.thead) { html in
                        html(.tr) { html in for name in ["In use", "Own", "Rent"] { html.column(name, isFigures: true) } }
                    }
                    html(.tbody) { html in
                        for point in answer.curve {
                            html(.tr) { html in
                                html(.th, .scope("row"), .class("n"), text: PlanFigures.percent(point.utilisation))
                                html(
                                    .td, .class("n"), .data(.label, "Own"),
                                    text: PlanFigures.money(point.own, answer.currency))
                                html(
                                    .td, .class("n"), .data(.label, "Rent"),
                                    text: PlanFigures.money(point.rent, answer.currency))
                            }
                        }
                    }
                }
            }
        }
    }

    private func rents(_ answer: OwnershipView, _ html: inout HTML) {
        guard !answer.rents.isEmpty else { return }
        html.card(
            "rents-title", "What it is rented for", more: "The cheapest of each provider; prices change, each has its day"
        ) { html in
            html(.table, .class("cards")) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        for name in ["Provider", "Machine", "Region"] { html.column(name) }
                        for name in ["A GPU and hour", "Spot", "Owning pays from"] { html.column(name, isFigures: true) }
                        html.column("Seen")
                    }
                }
                html(.tbody) { html in
                    for rent in answer.rents {
                        html(.tr) { html in
                            html(.th, .scope("row"), text: rent.provider)
                            html(.td, .data(.label, "Machine"), text: rent.instance)
                            html(.td, .data(.label, "Region"), text: rent.region)
                            html(
                                .td, .class("n"), .data(.label, "A GPU and hour"),
                                text: PlanFigures.money(rent.perGPUHour, answer.currency))
                            html(
                                .td, .class("n"), .data(.label, "Spot"),
                                text: rent.perSpotGPUHour.map { PlanFigures.money($0, answer.currency) } ?? "–")
                            html(
                                .td, .class("n"), .data(.label, "Owning pays from"),
                                text: rent.breakEven.map(PlanFigures.percent) ?? "never")
                            html(.td, .data(.label, "Seen")) { html in
                                html.text(rent.date)
                                if rent.isOld { html.pill(("late", "old: check it")) }
                            }
                        }
                    }
                }
            }
        }
    }

    private func assumptions(_ answer: OwnershipView, _ html: inout HTML) {
        html.card("assumed-title", "Assumed") { html in
            html(.table, .class("cards")) { html in
                html(.thead) { html in
                    html(.tr) { html in for name in ["What", "Value", "Where it is from"] { html.column(name) } }
                }
                html(.tbody) { html in
                    for line in answer.assumptions {
                        html(.tr) { html in
                            html(.th, .scope("row"), text: line.name)
                            html(.td, .data(.label, "Value"), text: line.value)
                            html(.td, .data(.label, "Where it is from"), text: line.source)
                        }
                    }
                }
            }
        }
    }
}
