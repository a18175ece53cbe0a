import FleetModel
import WireModel

extension RequestPage {
    func charts(_ html: inout HTML) {
        guard let series = content.series else { return }
        let lines = series.sparklines(memory: content.deviceMemory)
        guard !lines.isEmpty else { return }
        html(.section, .class("card"), .aria(.labelledby, "charts-title")) { html in
            html(.header) { html in
                html(.h2, .id("charts-title"), text: "What its GPUs did")
                html(.p) { html in
                    html.moment(Moment(series.from), now: now)
                    html.text(" to ")
                    html.moment(Moment(series.until), now: now)
                }
            }
            html(.div, .class("charts")) { html in
                for line in lines { line.write(to: &html) }
            }
        }
    }

    func why(_ html: inout HTML) {
        guard !content.why.isEmpty else { return }
        html(.section, .class("card"), .aria(.labelledby, "why-title")) { html in
            html(.header) {
                $0(.h2, .id("why-title"), text: request.state == "waiting" ? "Why it waits" : "Why it began when it did")
            }
            for sentence in content.why { html(.p) { $0.sentences(sentence) } }
            if let notBefore = Moment(content.notBefore) {
                html(.p) { html in
                    html.text("By that limit it can start from ")
                    html.moment(notBefore, now: now)
                    html.text(".")
                }
            }
        }
    }

    func receipt(_ html: inout HTML) {
        guard let receipt = content.receipt else { return }
        html(.section, .class("card"), .aria(.labelledby, "receipt-title")) { html in
            html(.header) { $0(.h2, .id("receipt-title"), text: "Receipt") }
            html(.p) { html in
                html.pill(Self.look(ofVerdict: receipt.verdict))
                html.text(" " + receipt.words)
            }
            html(.dl, .class("facts")) { html in
                html.fact("GPU time", text: TimeSpanText.spoken(seconds: receipt.deviceSeconds))
                html.fact("Energy", text: receipt.energy)
                html.fact("Cost", text: receipt.energyCost.map { Figures.money($0.amount, $0.currency) })
                html.fact("Mean use", text: receipt.meanUtilization.map { "\($0) %" })
                html.fact("Most memory", text: receipt.peakMemoryBytes.map { MemoryBytes($0).text })
                html.fact("Progress", text: receipt.progress?.words)
                html.fact("Idle", text: receipt.idleEvidence)
                for incident in receipt.incidents ?? [] { html.fact("Incident", text: incident) }
            }
            if !receipt.checks.isEmpty { checks(receipt.checks, &html) }
        }
    }

    private func checks(_ checks: [ReceiptView.Check], _ html: inout HTML) {
        html(.details) { html in
            html(.summary, text: Figures.counted(checks.count, "check"))
            html(.table) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        for name in ["Check", "Result", "Of"] { html.column(name) }
                    }
                }
                html(.tbody) { html in
                    for check in checks {
                        html(.tr) { html in
                            html(.th, .scope("row"), text: check.check)
                            html(.td) { html in
                                html.text(check.result)
                                if let detail = check.detail { html(.small, text: detail) }
                            }
                            html(.td, text: check.device?.shortDevice ?? "the work")
                        }
                    }
                }
            }
        }
    }

    private static func look(ofVerdict verdict: String) -> (tone: StaticString, words: String) {
        switch verdict {
        case "clean": ("free", "Clean")
        case "failed": ("broken", "Failed")
        default: ("late", "Unproven")
        }
    }

    func output(_ html: inout HTML) {
        guard content.output != nil || content.noOutput != nil else { return }
        html(.section, .class("card"), .aria(.labelledby, "output-title")) { html in
            html(.header) { html in
                html(.h2, .id("output-title"), text: "Output")
                if content.output != nil, request.lease?.startedAt != nil {
                    html(.p) { html in
                        html(.a, .href(.path("v1", "leases", "\(request.id)", "logs")), text: "All of it, as text")
                    }
                }
            }
            if let reason = content.noOutput { html(.p, .class("none"), text: reason) }
            if let output = content.output { output.write(to: &html) }
        }
    }
}
