import FleetModel
import Foundation
import WireModel

extension OwnershipView {
    private func money(_ amount: Money) -> String { Cost(micros: amount.micros, currency: currency).text }

    private func percent(_ share: Double) -> String { "\(Int((min(share, 1e6) * 100).rounded())) %" }

    var table: Table {
        var even = breakEven.map(percent) ?? "never"
        if let breakEvenLow, let breakEvenHigh { even += " (\(percent(breakEvenLow)) to \(percent(breakEvenHigh)))" }
        return Table(
            ["", ""],
            [
                ["machine", "\(gpus) × \(gpu ?? "GPU"), \(money(capital)) at the start"],
                ["in use", "\(percent(utilisation)) of the time (\(utilisationSource))"],
                ["own", "\(money(ownPerUsefulHour)) a useful hour of one GPU, \(money(ownPerMonth)) a month"],
                ["rent", "\(money(rentPerUsefulHour)) a useful hour of one GPU, \(money(rentPerMonth)) a month"],
                ["owning pays from", "\(even) of the time"],
                [
                    "paid back after",
                    paybackMonths.map {
                        $0 > Double(lifetimeMonths)
                            ? "more than the \(lifetimeMonths) months that it is used" : String(format: "%.1f months", $0)
                    } ?? "never at this use",
                ],
                ["answer", words],
            ], whenEmpty: "")
    }

    func afterwards(unicode: Bool) -> String {
        let width = Terminal.width(of: 1)
        let most = max(1, curve.map { min(Double($0.own.micros), Double($0.rent.micros) * 4) }.max() ?? 1)
        let rows = curve.enumerated().filter { $0.offset % 2 == 1 }.map { _, point in
            let own = Double(point.own.micros)
            return [
                percent(point.utilisation), money(point.own),
                Sparkline.bar(own / most, width: 30, unicode: unicode) + (own > most ? " …" : ""),
                point.own <= point.rent ? "own" : "rent",
            ]
        }
        var text = "\n" + Table(["IN USE", "OWN", "", "CHEAPER"], rows, whenEmpty: "").text(width: width)
        if !rents.isEmpty {
            text +=
                "\n"
                + Table(
                    ["PROVIDER", "INSTANCE", "REGION", "A GPU AND HOUR", "SPOT", "OWN FROM", "SEEN"],
                    rents.map {
                        [
                            $0.provider + ($0.paidGPUHours == nil ? "" : ", paid"), $0.instance, $0.region,
                            money($0.perGPUHour), $0.perSpotGPUHour.map(money) ?? "-",
                            $0.breakEven.map(percent) ?? "never",
                            $0.date + ($0.isOld ? " (old: check it)" : ""),
                        ]
                    }, whenEmpty: "", dispensable: ["REGION", "SPOT"]
                ).text(width: width)
        }
        text +=
            "\nAssumed\n"
            + Table(
                ["", "", "", ""], assumptions.map { ["  " + $0.name, $0.value, $0.option, $0.source] }, whenEmpty: ""
            ).text(width: width)
        return text
    }
}
