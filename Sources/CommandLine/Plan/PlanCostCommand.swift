import Advice
import Advisor
package import ArgumentParser
import FleetModel
import Foundation
import WireModel

/// `carrel plan cost`: own or rent.
package struct PlanCostCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "cost",
        abstract: "Own or rent: what a useful hour costs, from which use on owning pays, and after how long.",
        usage: "carrel plan cost [--gpu NAME] [--gpus N] [--price USD] [--rent USD] [--utilisation 50%] [OPTIONS]",
        discussion: """
            Every figure that the answer rests on is shown with its source and the option that changes it. Prices are dated; those \
            older than 90 days are marked. What a machine loses in worth is counted in its hourly cost and not again in the \
            payback.

            Examples:
              carrel plan cost --gpu h100 --gpus 8 --price 300000 --utilisation 60%
              carrel plan cost --gpu a100 --price 150k --rent 1.29 --electricity 0.30
            """)

    @Option(parsing: .unconditional, help: "The GPU; otherwise an H100 SXM.")
    package var gpu: String?
    @Option(parsing: .unconditional, help: "GPUs of the machine.")
    package var gpus = 8
    @Option(parsing: .unconditional, help: "Of the whole machine, in US dollars.")
    package var price: Dollars?
    @Option(parsing: .unconditional, help: "US dollars for an hour of one rented GPU.")
    package var rent: Dollars?
    @Option(
        name: [.customLong("utilisation"), .customLong("utilization")], parsing: .unconditional,
        help: "The part of the time in use: 50%.")
    package var utilisation: Part?
    @Option(parsing: .unconditional, help: "US dollars for a kilowatt-hour.")
    package var electricity: Dollars?
    @Option(parsing: .unconditional, help: "US dollars a year for people and room.")
    package var staff: Dollars?
    @Option(parsing: .unconditional, help: "Until it is replaced.")
    package var years: Double?
    @Option(parsing: .unconditional, help: "What it is worth then, of what was paid: 10%.")
    package var residual: Part?
    @Option(parsing: .unconditional, help: "Network, rack and storage, of the price: 15%.")
    package var surroundings: Part?
    @Option(parsing: .unconditional, help: "Upkeep a year, of the price: 5%.")
    package var maintenance: Part?
    @Option(parsing: .unconditional, help: "What the room takes for each watt of the machine: 1.56.")
    package var pue: Part?
    @Option(parsing: .unconditional, help: "Watts of the machine at full load.")
    package var watts: Int?
    @Option(parsing: .unconditional, help: "Watts of the machine with nothing to do.")
    package var idleWatts: Int?
    @Option(parsing: .unconditional, help: "The part of the time in which it works: 97%.")
    package var availability: Part?
    @Option(parsing: .unconditional, help: "Data out, storage and support, of the rent: 5%.")
    package var extras: Part?
    @Option(parsing: .unconditional, help: "How much of the rented time is used: 100%.")
    package var rentUsed: Part?

    @OptionGroup package var output: OutputOptions

    package init() {}

    package mutating func validate() throws {
        if let utilisation, !(1...1_000).contains(utilisation.thousandths) {
            throw ValidationError("--utilisation is a part of the time, more than nothing: 50%.")
        }
        if let years, !(0.1...50).contains(years) { throw ValidationError("--years \(years) is not between 0.1 and 50.") }
        for (watts, option) in [(watts, "--watts"), (idleWatts, "--idle-watts")] {
            if let watts, !(0...1_000_000_000).contains(watts) {
                throw ValidationError("\(option) \(watts) is not between 0 and a gigawatt.")
            }
        }
        if let pue, pue.thousandths < 1_000 {
            throw ValidationError("--pue is 1 or more: the room can't take less than the machine.")
        }
    }

    private func question() -> OwnershipDesk.Question {
        let day = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)).utcText.prefix(10)
        var question = OwnershipDesk.Question(today: CivilDate(String(day)) ?? CivilDate.first)
        question.gpu = gpu
        question.gpus = gpus
        question.price = price?.cost
        question.perGPUHour = rent?.cost
        question.electricity = electricity.map { ElectricityPrice(microsPerKilowattHour: $0.cost.micros, currency: "USD") }
        question.staffPerYear = staff?.cost
        (question.busyWatts, question.idleWatts) = (watts, idleWatts)
        (question.surroundings, question.residual) = (surroundings?.thousandths, residual?.thousandths)
        question.months = years.map { max(1, Int(($0 * 12).rounded())) }
        (question.maintenance, question.roomFactor) = (maintenance?.thousandths, pue?.thousandths)
        (question.availability, question.extras) = (availability?.thousandths, extras?.thousandths)
        (question.rentUsed, question.busy) = (rentUsed?.thousandths, utilisation?.thousandths)
        question.imported = ImportedPrices.all()
        return question
    }

    package mutating func run() async throws {
        let view = try Advised.run { try OwnershipDesk.answer(question()) }
        try output.show(view, view.table, csv: .list("curve", columns: ["utilisation", "own", "rent"]))
        guard !output.isData else { return }
        Terminal.write(view.afterwards(unicode: Glyphs.areUnicode))
    }
}

extension OwnershipView {
    private func money(_ amount: Money) -> String { Cost(micros: amount.micros, currency: currency).text }

    private func percent(_ share: Double) -> String { "\(Int((min(share, 1e6) * 100).rounded())) %" }

    fileprivate var table: Table {
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
                        String(format: "%.1f months", $0)
                            + ($0 > Double(lifetimeMonths) ? ": not within its \(lifetimeMonths)" : "")
                    } ?? "never at this use",
                ],
                ["answer", words],
            ], whenEmpty: "")
    }

    fileprivate func afterwards(unicode: Bool) -> String {
        let width = Terminal.width(of: 1)
        let most = curve.map { Double(min($0.own.micros, $0.rent.micros * 4)) }.max() ?? 1
        let rows = curve.enumerated().filter { $0.offset % 2 == 1 }.map { _, point in
            let own = Double(point.own.micros)
            return [
                percent(point.utilisation), money(point.own),
                Sparkline.bar(own / most, width: 30, unicode: unicode), point.own <= point.rent ? "own" : "rent",
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
                            $0.provider, $0.instance, $0.region, money($0.perGPUHour), $0.perSpotGPUHour.map(money) ?? "-",
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
