package import WireModel

/// `/plan/cost`: own or rent.
package struct CostPage: Sendable {
    let viewer: Viewer
    let form: PlanForm
    let answer: OwnershipView?
    let problem: Problem?
    /// What this site has compared, for those who look after it; nil: nothing.
    let kept: KeptOwnership?

    package init(
        viewer: Viewer, form: PlanForm, answer: OwnershipView?, problem: Problem?, kept: KeptOwnership? = nil
    ) {
        self.kept = kept
        self.viewer = viewer
        self.form = form
        self.answer = answer
        self.problem = problem
    }

    package func html() -> HTML {
        Layout(title: "Cost", place: .plan, viewer: viewer).page { html in
            html.plan(.cost, "What a useful hour of a GPU costs, owned and rented, and from which use on owning pays.")
            if let kept, kept.hasTurned { html.turned(kept) }
            CostFields(form: form, answer: answer).write(&html)
            if let problem { html.notice(CostFields.named(problem)) }
            guard let answer else { return }
            html.notice(answer.words, isGood: true)
            figures(answer, &html)
            curve(answer, &html)
            rents(answer, &html)
            assumptions(answer, &html)
            if viewer.isAdministrator { keeping(answer, &html) }
        }
    }

    /// What the server compares with the pool's use, and the way to have it compare what is shown.
    private func keeping(_ answer: OwnershipView, _ html: inout HTML) {
        html.card("kept-title", "This site's own comparison") { html in
            if let kept {
                html(.p, text: kept.words)
                html(
                    .p,
                    text: "Kept by \(kept.keptBy) on \(kept.keptAt.prefix(10)), compared with the pool's use once an hour.")
                let link = CostFields.all.reduce(PlanTopic.cost.link) { link, field in
                    link.with(field.name, kept.options[field.name.description])
                }
                html(.p) { $0(.a, .href(link), text: "Show with what is kept") }
            } else {
                html(
                    .p,
                    text:
                        "Keep what is shown, and the server compares it with the pool's use once an hour: when it turns, a notice "
                        + "stands here and in the administration.")
            }
            html(.div, .class("actions")) { html in
                html(.form, .method("post"), .action(Link("/plan/cost/keep"))) { html in
                    for field in CostFields.all where field.name.description != "utilisation" {
                        let value = form.given(field.name.description)
                        if !value.isEmpty { html.hidden(field.name, value) }
                    }
                    html(.button, .type("submit"), text: kept == nil ? "Keep what is shown" : "Keep what is shown instead")
                }
                if kept != nil { html.button("Forget it", to: Link("/plan/cost/forget")) }
            }
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
                "Paid back after",
                answer.paybackMonths.map {
                    $0 > Double(answer.lifetimeMonths)
                        ? "over \(answer.lifetimeMonths) months" : Figures.short($0) + " months"
                } ?? "never",
                "of \(PlanFigures.money(answer.capital, currency)), used for \(answer.lifetimeMonths) months")
        }
    }

    /// Over use: own falls, rent stays. What is dearer than four times the rent is cut off.
    private func curve(_ answer: OwnershipView, _ html: inout HTML) {
        // What nobody pays still has a picture: 9 · 10¹⁸ is just below the largest amount.
        let top = min(9e18, Double(max(1, answer.rentPerUsefulHour.micros)) * 4)
        html.card(
            "curve-title", "A useful hour over use",
            more:
                "\(answer.utilisationSource == "measured" ? "In use" : "If in use") \(PlanFigures.percent(answer.utilisation)) of the time (\(answer.utilisationSource))"
        ) { html in
            html(.div, .class("plot")) { html in
                html(.div, .class("scale"), .aria(.hidden, "true")) { html in
                    for part in [1, 0.75, 0.5, 0.25, 0] {
                        html(.span, text: PlanFigures.money(Money(micros: Int64(top * part)), answer.currency))
                    }
                }
                picture(answer, top, &html)
                html(.div, .class("scale", "across"), .aria(.hidden, "true")) { html in
                    for part in [0, 0.25, 0.5, 0.75, 1] { html(.span, text: PlanFigures.percent(part)) }
                }
            }
            html(.p, .class("key")) { html in
                html(.span, .class("own"), text: "own")
                html.text(" · ")
                html(.span, .class("rent"), text: "rent")
                html.text(
                    answer.utilisationSource == "measured"
                        ? " · the upright line: now" : " · the upright line: the use that is \(answer.utilisationSource)")
                if answer.curve.contains(where: { Double($0.own.micros) > top }) {
                    html.text(" · what is dearer than four times the rent is cut off above")
                }
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

    /// - Parameter top: millionths of the currency at its upper edge.
    private func picture(_ answer: OwnershipView, _ top: Double, _ html: inout HTML) {
        html(
            .svg, .class("curve"), .at(.viewBox, "0 0 600 240"), .at(.stretch, "none"), .role("img"),
            .label("Cost of a useful hour at 5 to 100 per cent of use: the table below has the figures")
        ) { html in
            func place(_ use: Double, _ money: Money) -> String {
                "\(Figures.plain(use * 600)),\(Figures.plain(240 - min(1, Double(money.micros) / top) * 240))"
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
                                if rent.isOld {
                                    html.text(" ")
                                    html.pill(("late", "old: check it"))
                                }
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
