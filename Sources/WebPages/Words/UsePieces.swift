import WireModel

/// What leases used, as pages of usage show it.
extension EnergyReport.Entry {
    private var energyWords: String { energyJoules.map { Figures.energy(joules: $0) } ?? "not measured" }

    /// nil: of every lease it is known, or of none.
    private var gapWords: String? {
        energyJoules != nil && notMeasured > 0 ? "\(Figures.counted(notMeasured, "lease")) not measured" : nil
    }

    func timeFigure(_ html: inout HTML) {
        html.figure("GPU time", UsagePage.hours(gpuSeconds), "in \(Figures.counted(leases, "lease"))")
    }

    func energyFigures(_ html: inout HTML) {
        html.figure("Energy", energyWords, gapWords)
        for cost in costs { html.figure("Cost of the energy", Figures.money(cost.amount, cost.currency)) }
    }

    /// The cells of `Energy` and `Cost` in a table.
    func energyCells(_ html: inout HTML) {
        html(.td, .class("n"), .data(.label, "Energy")) { html in
            html.text(energyWords)
            if let gapWords { html(.small, text: gapWords) }
        }
        let money = costs.map { Figures.money($0.amount, $0.currency) }.joined(separator: " + ")
        html(.td, .class("n"), .data(.label, "Cost"), text: costs.isEmpty ? "–" : money)
    }
}

extension HTML {
    mutating func noTeams() {
        self(
            .p, .class("none"), text: "There are no teams: everybody shares all GPUs, and who used least lately comes first."
        )
    }
}
