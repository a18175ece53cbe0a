import Advice
import Advisor
package import ArgumentParser
import FleetModel
import Foundation
import WireClient
import WireModel

/// A machine with GPUs. In a group, since an option of a verb is not left to the verbs below it; a group's values reach both.
package struct MachineOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: "The GPU: h100. For plan cost an H100 SXM unless said otherwise.")
    package var gpu: String?
    @Option(parsing: .unconditional, help: "GPUs of one machine. For plan cost 8 unless said otherwise.")
    package var gpus: Int?

    package init() {}
}

/// `carrel plan cost`: own or rent.
package struct PlanCostCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "cost",
        abstract: "Own or rent: what a useful hour costs, from which use on owning pays, and after how long.",
        usage: """
            carrel plan cost [--gpu NAME] [--gpus N] [--price USD] [--rent USD] [--utilisation 50%] [OPTIONS]
            carrel plan cost [OPTIONS] --keep
            carrel plan cost --kept | --forget
            carrel plan cost bill import FILE [--replace N] | add | list | remove N
            """,
        discussion: """
            Every figure that the answer rests on is shown with its source and the option that changes it. Prices are dated; those \
            older than 90 days are marked. What a machine loses in worth is counted in its hourly cost and not again in the \
            payback. What your bills say you really paid (carrel plan cost bill) is shown beside the prices, and is the rent where it \
            is newer than they are.

            No server is asked, but with --keep, --kept and --forget: an administrator has the server keep these assumptions and \
            compare them with the pool's own use once an hour. When it turns, --kept, the Cost page and the administration say so.

            Examples:
              carrel plan cost --gpu h100 --gpus 8 --price 300000 --utilisation 60%
              carrel plan cost --gpu a100 --price 150k --rent 1.29 --electricity 0.30
              carrel plan cost bill import october.csv
              carrel plan cost --gpu h100 --price 300k --keep
            """,
        subcommands: [PlanCostBillCommand.self])

    @OptionGroup package var machine: MachineOptions
    @Option(parsing: .unconditional, help: "Of the whole machine, in US dollars.", transform: Dollars.read)
    package var price: Dollars?
    @Option(parsing: .unconditional, help: "US dollars for an hour of one rented GPU.", transform: Dollars.read)
    package var rent: Dollars?
    @Option(
        name: [.customLong("utilisation"), .customLong("utilization")], parsing: .unconditional,
        help: "The part of the time in use: 50%.", transform: Part.read)
    package var utilisation: Part?
    @Option(parsing: .unconditional, help: "US dollars for a kilowatt-hour.", transform: Dollars.read)
    package var electricity: Dollars?
    @Option(parsing: .unconditional, help: "US dollars a year for people and room.", transform: Dollars.read)
    package var staff: Dollars?
    @Option(parsing: .unconditional, help: "Until it is replaced.")
    package var years: Double?
    @Option(parsing: .unconditional, help: "What it is worth then, of what was paid: 10%.", transform: Part.read)
    package var residual: Part?
    @Option(parsing: .unconditional, help: "Network, rack and storage, of the price: 15%.", transform: Part.read)
    package var surroundings: Part?
    @Option(parsing: .unconditional, help: "Upkeep a year, of the price: 5%.", transform: Part.read)
    package var maintenance: Part?
    @Option(parsing: .unconditional, help: "What the room takes for each watt of the machine: 1.56.", transform: Part.factor)
    package var pue: Part?
    @Option(parsing: .unconditional, help: "Watts of the machine at full load.")
    package var watts: Int?
    @Option(parsing: .unconditional, help: "Watts of the machine with nothing to do.")
    package var idleWatts: Int?
    @Option(parsing: .unconditional, help: "The part of the time in which it works: 97%.", transform: Part.read)
    package var availability: Part?
    @Option(parsing: .unconditional, help: "Data out, storage and support, of the rent: 5%.", transform: Part.read)
    package var extras: Part?
    @Option(parsing: .unconditional, help: "How much of the rented time is used: 100%.", transform: Part.read)
    package var rentUsed: Part?

    @Option(
        parsing: .unconditional, help: "What the rent is taken from: bills, prices, or whichever is newest (the default).")
    package var rentFrom: RentSource?

    @Flag(help: "Have the server compare this with the pool's use, for administrators.")
    package var keep = false
    @Flag(help: "Show what the server was told to compare, and what it found.")
    package var kept = false
    @Flag(help: "Have the server compare nothing any more.")
    package var forget = false

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package enum RentSource: String, ExpressibleByArgument, CaseIterable, Sendable { case newest, bills, prices }

    package mutating func validate() throws {
        if [keep, kept, forget].filter({ $0 }).count > 1 {
            throw ValidationError("Choose one of --keep, --kept and --forget.")
        }
        if keep, utilisation != nil {
            throw ValidationError("--keep compares with the use that the pool measures: leave --utilisation out.")
        }
        if !keep, !kept, !forget, server.server != nil || server.dataDirectory != nil {
            throw ValidationError("--server and --data-dir go with --keep, --kept and --forget: all else asks no server.")
        }
        if let utilisation, !(1...1_000).contains(utilisation.thousandths) {
            throw ValidationError("--utilisation is a part of the time, more than nothing and at most all: 50%.")
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
        question.gpu = machine.gpu
        question.gpus = machine.gpus ?? 8
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
        question.paid = PaidRent.all(KeptBills.here.all().bill)
        question.rentFrom = rentFrom.flatMap { OwnershipDesk.RentFrom(rawValue: $0.rawValue) } ?? .newest
        return question
    }

    package mutating func run() async throws {
        if kept || forget {
            return try await Exit.with(server) { client in
                let path = "/v1/advice/cost/kept"
                let answer =
                    forget
                    ? try await client.send(.delete, path, nil, as: KeptOwnershipAnswer.self)
                    : try await client.get(path, as: KeptOwnershipAnswer.self)
                try show(answer)
            }
        }
        let view = try Advised.run { try OwnershipDesk.answer(question()) }
        if keep {
            return try await Exit.with(server) { client in
                let body = NewKeptOwnership(options: options(view))
                try show(try await client.send(.put, "/v1/advice/cost/kept", body, as: KeptOwnershipAnswer.self))
            }
        }
        try output.show(view, view.table, csv: .list("curve", columns: ["utilisation", "own", "rent"]))
        guard !output.isData else { return }
        Terminal.write(view.afterwards(unicode: Glyphs.areUnicode))
    }

    /// What was given, and the rent where it is from this user's own prices or bills, which the server doesn't have.
    private func options(_ view: OwnershipView) -> [String: String] {
        var options = ["gpu": view.gpu ?? "", "gpus": "\(view.gpus)"]
        let isOwn = !ImportedPrices.all().isEmpty || !view.rents.allSatisfy { $0.paidGPUHours == nil }
        for line in view.assumptions {
            if line.isGiven { options[line.parameter] = line.written }
            guard isOwn, !line.isGiven else { continue }
            if line.parameter == "rent" { (options["rent"], options["rentSource"]) = (line.written, line.source) }
            if line.parameter == "extras", line.source != "none" { options["extras"] = line.written }
        }
        return options.mapValues(NewKeptOwnership.fitting)
    }

    private func show(_ answer: KeptOwnershipAnswer) throws {
        if output.isData { return try output.show(answer, Table([], [], whenEmpty: ""), csv: .fields) }
        guard let kept = answer.kept else {
            Terminal.write("Nothing is compared. An administrator begins it with carrel plan cost … --keep\n")
            return
        }
        let width = Terminal.width(of: 1)
        var text = Wrapping.wrapped(kept.words, width: width) + "\n\n"
        text += Table(
            ["KEPT", ""],
            kept.options.sorted { $0.key < $1.key }.map { [$0.key, $0.value] } + [
                ["by", "\(kept.keptBy), \(kept.keptAt.prefix(10))"]
            ],
            whenEmpty: ""
        ).text(width: width)
        Terminal.write(text)
    }
}
