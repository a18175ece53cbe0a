package import FleetModel
package import WireModel

/// `/usage/2026-11`: what a month's leases used, by team and by person, on a page to print.
package struct MonthPage: Sendable {
    /// What leases that were closed in the month used, added up for one of them.
    package struct Row: Sendable {
        package var use: EnergyReport.Entry
        /// Per cent, the mean over GPU time of leases in which it was measured; nil: in none.
        package var meanUtilization: Double?
        /// GPU time without a sign of use, of leases that were returned for it or would have been.
        package var idleSeconds: Double

        package init(use: EnergyReport.Entry, meanUtilization: Double?, idleSeconds: Double) {
            self.use = use
            self.meanUtilization = meanUtilization
            self.idleSeconds = idleSeconds
        }
    }

    package struct Report: Sendable {
        /// `user` or `team`; who used most comes first.
        package var by: String
        package var rows: [Row]
        package var total: Row

        package init(by: String, rows: [Row], total: Row) {
            self.by = by
            self.rows = rows
            self.total = total
        }
    }

    let viewer: Viewer
    let now: Timestamp
    let month: Month
    let teams: Report
    let users: Report

    /// - Parameter now: on the wall clock.
    package init(viewer: Viewer, now: Timestamp, month: Month, teams: Report, users: Report) {
        self.viewer = viewer
        self.now = now
        self.month = month
        self.teams = teams
        self.users = users
    }

    package func html() -> HTML {
        Layout(title: "Usage in \(month.name)", place: .usage, viewer: viewer).page { html in
            html(.div, .class("sheet")) { html in
                html.lead("Usage in \(month.name)") { html in
                    // With the day: paper is looked at later.
                    let made = now.utcText.prefix(10) + " " + now.utcText.dropFirst(11).prefix(5) + " UTC"
                    html.text(
                        now < month.end
                            ? "So far: leases that were closed until \(made)."
                            : "Leases that were closed in this month. Made \(made).")
                }
                html.choices(
                    "Months",
                    [
                        (month.previous.name, .path("usage", month.previous.text), false),
                        (month.name, .path("usage", month.text), true),
                    ] + (month.end <= now ? [(month.next.name, .path("usage", month.next.text), false)] : []))
                totals(&html)
                table(teams, "By team", &html)
                table(users, "By person", &html)
                html(
                    .p, .class("soft"),
                    text:
                        "Months are those of UTC. A lease counts whole in the month in which it was closed. Use is the mean over GPU time, as "
                        + "far as it was measured. Idle is GPU time without any sign of use, of leases that were returned for it or would "
                        + "have been. Energy is what the GPUs' own counters say; its cost is that of the price when each lease was closed."
                )
            }
        }
    }

    private func totals(_ html: inout HTML) {
        html(.dl, .class("figures")) { html in
            users.total.use.timeFigure(&html)
            html.figure("Mean use", Self.percent(users.total.meanUtilization))
            html.figure("Idle", UsagePage.hours(users.total.idleSeconds))
            users.total.use.energyFigures(&html)
        }
    }

    private func table(_ report: Report, _ title: String, _ html: inout HTML) {
        let id = "\(report.by)-title"
        html(.section, .class("card"), .aria(.labelledby, id)) { html in
            html(.header) { html in
                html(.h2, .id(id), text: title)
                html(.p, .class("screen")) { html in
                    html(.a, .href(Link("/usage.csv").with("by", report.by).with("month", month.text)), text: "As CSV")
                }
            }
            guard !report.rows.isEmpty else {
                return html(.p, .class("none"), text: "No lease with a GPU was closed in this month.")
            }
            html(.table, .class("cards", "month")) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        html.column(report.by == "team" ? "Team" : "Person")
                        for name in ["Leases", "GPU hours", "Mean use", "Idle", "Energy", "Cost"] {
                            html.column(name, isFigures: true)
                        }
                    }
                }
                html(.tbody) { html in
                    for row in report.rows { self.row(row, isTotal: false, &html) }
                }
                html(.tfoot) { row(report.total, isTotal: true, &$0) }
            }
        }
    }

    private func row(_ row: Row, isTotal: Bool, _ html: inout HTML) {
        let use = row.use
        html(.tr, !isTotal && use.name == viewer.name ? .class("me") : nil) { html in
            html(.th, .scope("row")) { html in
                if isTotal { html.text("All") } else { html(.bdi, .class("name"), text: use.name) }
            }
            html(.td, .class("n"), .data(.label, "Leases"), text: Figures.grouped(Int64(use.leases)))
            html(.td, .class("n"), .data(.label, "GPU hours"), text: Self.hours(use.gpuSeconds))
            html(.td, .class("n"), .data(.label, "Mean use"), text: Self.percent(row.meanUtilization))
            html(.td, .class("n"), .data(.label, "Idle"), text: row.idleSeconds > 0 ? UsagePage.hours(row.idleSeconds) : "–")
            use.energyCells(&html)
        }
    }

    private static func hours(_ seconds: Double) -> String {
        let hours = seconds / 3_600
        return hours > 0 && hours < 0.005 ? "under 0.01" : Figures.plain(hours)
    }

    private static func percent(_ value: Double?) -> String { value.map { "\(Figures.short($0)) %" } ?? "not known" }
}
