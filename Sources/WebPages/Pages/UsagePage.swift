package import FleetModel
package import WireModel

/// `/usage`: what leases used, by user and by team, and what teams are guaranteed.
package struct UsagePage: Sendable {
    /// How far back.
    package enum Span: String, CaseIterable, Sendable {
        case week = "7d"
        case month = "30d"
        case quarter = "90d"

        package var past: TimeSpan {
            switch self {
            case .week: .days(7)
            case .month: .days(30)
            case .quarter: .days(90)
            }
        }

        var name: String {
            switch self {
            case .week: "7 days"
            case .month: "30 days"
            case .quarter: "90 days"
            }
        }
    }

    let viewer: Viewer
    let now: Timestamp
    let span: Span
    let users: EnergyReport
    let teams: EnergyReport
    let guarantees: [TeamView]
    /// How near forecasts came; nil: it is not known.
    package var accuracy: AccuracyReport?

    package init(
        viewer: Viewer, now: Timestamp, span: Span, users: EnergyReport, teams: EnergyReport, guarantees: [TeamView]
    ) {
        self.viewer = viewer
        self.now = now
        self.span = span
        self.users = users
        self.teams = teams
        self.guarantees = guarantees
    }

    package func html() -> HTML {
        Layout(title: "Usage", place: .usage, viewer: viewer).page { html in
            html.lead("Team and usage") { html in
                html.text("Leases that were closed since ")
                html.moment(Moment(users.from), now: now)
                html.text(". What runs now is counted when it ends.")
            }
            html.choices(
                "How far back", Span.allCases.map { ($0.name, Link("/usage").with("last", $0.rawValue), $0 == span) })
            totals(&html)
            report(users, "By user", &html)
            report(teams, "By team", &html)
            html(.section, .class("card"), .aria(.labelledby, "teams-title")) { teams(&$0) }
            if let accuracy { forecasts(accuracy, &html) }
            html.card("months-title", "A month on a page", more: "To print, or as CSV") { html in
                html(.ul, .class("choices")) { html in
                    for month in months { html(.li) { $0(.a, .href(.path("usage", month.text)), text: month.name) } }
                }
            }
        }
    }

    /// The last year's, newest first.
    private var months: [Month] {
        var months = [Month(of: now)]
        for _ in 1..<12 { months.append(months[months.count - 1].previous) }
        return months
    }

    private func totals(_ html: inout HTML) {
        html(.dl, .class("figures")) { html in
            users.total.timeFigure(&html)
            users.total.energyFigures(&html)
        }
    }

    private func report(_ report: EnergyReport, _ title: String, _ html: inout HTML) {
        let id = "\(report.by)-title"
        html(.section, .class("card"), .aria(.labelledby, id)) { html in
            html(.header) { html in
                html(.h2, .id(id), text: title)
                html(.p) { html in
                    html(.a, .href(Link("/usage.csv").with("by", report.by).with("last", span.rawValue)), text: "As CSV")
                }
            }
            guard !report.entries.isEmpty else {
                return html(.p, .class("none"), text: "No lease with a GPU was closed in this time.")
            }
            html(.table, .class("cards", "usage")) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        html.column(report.by == "team" ? "Team" : "User")
                        html.column("GPU time")
                        for name in ["Leases", "Energy", "Cost"] { html.column(name, isFigures: true) }
                    }
                }
                let most = max(1, report.entries.map(\.gpuSeconds).max() ?? 1)
                html(.tbody) { html in
                    for entry in report.entries { row(entry, of: most, &html) }
                }
            }
        }
    }

    private func row(_ entry: EnergyReport.Entry, of most: Double, _ html: inout HTML) {
        html(.tr, entry.name == viewer.name ? .class("me") : nil) { html in
            html(.th, .scope("row")) { $0(.bdi, .class("name"), text: entry.name) }
            html(.td, .data(.label, "GPU time")) { html in
                html.text(Self.hours(entry.gpuSeconds))
                html.bar(percent: entry.gpuSeconds / most * 100)
            }
            html(.td, .class("n"), .data(.label, "Leases"), text: Figures.grouped(Int64(entry.leases)))
            entry.energyCells(&html)
        }
    }

    private func teams(_ html: inout HTML) {
        html(.header) { $0(.h2, .id("teams-title"), text: "What teams are guaranteed") }
        guard !guarantees.isEmpty else {
            return html.noTeams()
        }
        html(.table, .class("cards")) { html in
            html(.thead) { html in
                html(.tr) { html in
                    html.column("Team")
                    for name in ["Guaranteed", "At most", "Holds now"] { html.column(name, isFigures: true) }
                    html.column("Members")
                }
            }
            html(.tbody) { html in
                for team in guarantees {
                    html(.tr, team.members.contains(viewer.name) ? .class("me") : nil) { html in
                        html(.th, .scope("row")) { $0(.bdi, .class("name"), text: team.name) }
                        html(.td, .class("n"), .data(.label, "Guaranteed"), text: "\(team.guarantee)")
                        html(.td, .class("n"), .data(.label, "At most"), text: team.limit.map { "\($0)" } ?? "no limit")
                        html(.td, .class("n"), .data(.label, "Holds now"), text: "\(team.holds)")
                        html(.td, .class("full")) { html in
                            for (index, member) in team.members.enumerated() {
                                if index > 0 { html.text(", ") }
                                html(.bdi, .class("name"), text: member)
                            }
                        }
                    }
                }
            }
        }
    }

    static func hours(_ seconds: Double) -> String {
        seconds < 3_600 ? TimeSpanText.spoken(seconds: seconds) : "\(Figures.short(seconds / 3_600)) h"
    }
}
