package import WireModel

/// A report of usage as CSV (RFC 4180). Headings are the keys of the JSON; costs of several currencies have rows of their own.
package enum UsageTable {
    package static func csv(_ report: EnergyReport) -> String {
        var rows = [["name", "leases", "gpuSeconds", "energyJoules", "notMeasured", "costAmount", "costCurrency"]]
        for entry in report.entries {
            let row = [
                harmless(entry.name), "\(entry.leases)", "\(entry.gpuSeconds)", entry.energyJoules.map { "\($0)" } ?? "",
                "\(entry.notMeasured)",
            ]
            rows.append(row + [entry.costs.first.map { "\($0.amount)" } ?? "", entry.costs.first?.currency ?? ""])
            for cost in entry.costs.dropFirst() {
                rows.append([row[0], "", "", "", "", "\(cost.amount)", cost.currency])
            }
        }
        return rows.map { $0.map(quoted).joined(separator: ",") + "\r\n" }.joined()
    }

    /// The same of a month, with how much its GPUs were used.
    package static func csv(_ report: MonthPage.Report) -> String {
        var rows = [
            [
                "name", "leases", "gpuSeconds", "meanUtilization", "idleGPUSeconds", "energyJoules", "notMeasured",
                "costAmount", "costCurrency",
            ]
        ]
        for row in report.rows {
            let use = row.use
            let cells = [
                harmless(use.name), "\(use.leases)", "\(use.gpuSeconds)", row.meanUtilization.map { "\($0)" } ?? "",
                "\(row.idleSeconds)", use.energyJoules.map { "\($0)" } ?? "", "\(use.notMeasured)",
            ]
            rows.append(cells + [use.costs.first.map { "\($0.amount)" } ?? "", use.costs.first?.currency ?? ""])
            for cost in use.costs.dropFirst() {
                rows.append([cells[0], "", "", "", "", "", "", "\(cost.amount)", cost.currency])
            }
        }
        return rows.map { $0.map(quoted).joined(separator: ",") + "\r\n" }.joined()
    }

    /// Names are chosen by users, and a spreadsheet must not run one as a formula.
    private static func harmless(_ text: String) -> String {
        guard let first = text.unicodeScalars.first, "=+-@\t\r\n".unicodeScalars.contains(first) else { return text }
        return "'" + text
    }

    private static func quoted(_ cell: String) -> String {
        guard cell.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return cell }
        var text = "\""
        for character in cell.unicodeScalars {
            if character == "\"" { text += "\"" }
            text.unicodeScalars.append(character)
        }
        return text + "\""
    }
}
