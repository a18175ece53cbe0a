import Advice
import Advisor
package import ArgumentParser
import CatalogueFiles
import FleetModel
import Foundation
import WireModel

/// `carrel plan cost bill`: what the cloud was really paid.
package struct PlanCostBillCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "bill", abstract: "Take in bills of the cloud: what a GPU-hour really cost, for carrel plan cost.",
        discussion: """
            Bills are kept in your own folder (~/.config/carrel/bills), and no server is told.

            Examples:
              carrel plan cost bill import october.csv
              carrel plan cost bill import october-again.csv --replace 1
              carrel plan cost bill add --provider aws --month 2026-10 --instance p5.48xlarge --gpu-hours 4000 --amount 27520
              carrel plan cost bill list
            """,
        subcommands: [
            BillImportCommand.self, BillAddCommand.self, BillListCommand.self, BillRemoveCommand.self,
        ], defaultSubcommand: BillListCommand.self)

    package init() {}

    /// Imported prices first: they are the newer ones.
    static var machines: BilledMachines { BilledMachines(ImportedPrices.all() + BuiltInTables.rentalPrices) }

    static func accelerator(_ name: String) -> String? {
        guard case .found(let found) = BuiltInTables.catalogue.find(name) else { return nil }
        return found[0].name
    }

    /// Hours of one GPU, with a digit after the dot.
    static func hours(_ micros: Int64) -> String {
        let tenths = micros / 100_000 + (micros % 100_000 >= 50_000 ? 1 : 0)
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// Providers write a month again while it goes on; what changed since looks like other lines.
    static func warn(_ bill: CloudBill, _ before: KeptBills.All, _ advice: (Int) -> String) {
        guard let (record, use) = before.like(bill) else { return }
        Exit.say(
            "Bill \(record.number) (\(record.file.shown)) has \(use.provider)'s \(use.accelerator ?? "GPUs") in \(use.from.monthText) too, and both count. \(advice(record.number))"
        )
    }
}

/// `carrel plan cost bill add`: one line, typed.
package struct BillAddCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Enter what a bill says by hand.",
        usage:
            "carrel plan cost bill add --provider NAME --month 2026-10 --amount USD (--gpu-hours N | --hours N) [OPTIONS]",
        discussion: """
            Without --instance or --gpu the bill says of no GPU which it is: it is then shown for all, and is the rent only with \
            carrel plan cost --rent-from bills.

            Example:
              carrel plan cost bill add --provider aws --month 2026-10 --gpu-hours 4000 --amount 27520 --gpu h100 --beside 900
            """)

    @Option(parsing: .unconditional, help: "Who was paid: aws, azure, gcp, lambda, …")
    package var provider: String
    @Option(parsing: .unconditional, help: "The month: 2026-10.")
    package var month: String
    @Option(parsing: .unconditional, help: "US dollars for the GPUs and their machines.", transform: Dollars.read)
    package var amount: Dollars
    @Option(parsing: .unconditional, help: "Hours of one GPU each.")
    package var gpuHours: String?
    @Option(parsing: .unconditional, help: "Hours of machines, with --instance or --gpus.")
    package var hours: String?
    @Option(parsing: .unconditional, help: "The machine: p5.48xlarge.")
    package var instance: String?
    @OptionGroup package var machine: MachineOptions
    @Option(
        parsing: .unconditional, help: "US dollars for data out, storage and support beside it.", transform: Dollars.read)
    package var beside: Dollars?

    package init() {}

    package mutating func validate() throws {
        guard !provider.isEmpty, provider.utf8.count <= 64, !provider.contains(where: \.isNewline) else {
            throw ValidationError("--provider is a short name: aws, azure, gcp, lambda.")
        }
        guard let first = CivilDate(month), !first.hasDay else {
            throw ValidationError("--month \(month) is no month. Example: --month 2026-10")
        }
        guard first <= Advised.today else { throw ValidationError("--month \(month) is to come.") }
        guard (gpuHours == nil) != (hours == nil) else {
            throw ValidationError("Say how long: --gpu-hours (of one GPU each), or --hours of machines with --instance.")
        }
        guard let text = gpuHours ?? hours, let number = ExactNumber(parsing: text), number.pico > 0 else {
            throw ValidationError(
                "--\(gpuHours == nil ? "" : "gpu-")hours \(gpuHours ?? hours ?? "") is no number above 0. Example: 4000")
        }
        guard amount.cost.micros > 0 else { throw ValidationError("--amount is more than nothing.") }
        if let gpus = machine.gpus, !(1...100_000).contains(gpus) {
            throw ValidationError("--gpus \(gpus) is not between 1 and 100000.")
        }
        if let gpu = machine.gpu, PlanCostBillCommand.accelerator(gpu) == nil {
            throw ValidationError("No GPU is called \(gpu). carrel plan compare --list names all.")
        }
    }

    package mutating func run() async throws {
        guard let first = CivilDate(month), let number = ExactNumber(parsing: gpuHours ?? hours ?? "") else { return }
        let known = instance.flatMap { PlanCostBillCommand.machines.machine($0) }
        guard gpuHours != nil || machine.gpus ?? known?.count != nil else {
            Exit.say("How many GPUs \(instance ?? "a machine") has is not known: say it with --gpus. Nothing was kept.")
            throw ExitCode(64)
        }
        if let instance, known == nil, machine.gpu == nil {
            Exit.say("No price table knows \(instance): say its GPU with --gpu. Nothing was kept.")
            throw ExitCode(64)
        }
        let who = CloudBill.provider(provider)
        let used = gpuHours == nil ? number.times(machine.gpus ?? known?.count ?? 1) : number
        let use = CloudBill.Use(
            provider: who, instance: known?.instance ?? instance,
            accelerator: machine.gpu.flatMap { PlanCostBillCommand.accelerator($0) } ?? known?.accelerator,
            from: first.firstOfMonth,
            until: first.lastOfMonth, microHours: used.micros, amount: amount.cost)
        let extra = beside.map {
            CloudBill.Extra(
                provider: who, what: "other", from: first.firstOfMonth, until: first.lastOfMonth, amount: $0.cost)
        }
        let bill = CloudBill(uses: [use], extras: extra.map { [$0] } ?? [])
        let mark = BillReader.mark("\(use) \(String(describing: extra))"), bills = KeptBills.here
        try bills.alone {
            let before = bills.all()
            if let same = before.records.first(where: { $0.allMarks.contains(mark) }) {
                Exit.say("The same was entered on \(same.takenAt) as bill \(same.number). Nothing was taken twice.")
                return
            }
            let kept = try bills.keep(
                KeptBills.Record(bill, file: "entered", digest: mark, marks: [mark], today: Advised.today))
            Terminal.write("Bill \(kept):\n" + bill.table.text(width: Terminal.width(of: 1)))
            PlanCostBillCommand.warn(bill, before) {
                "Where this one says the same hours, remove one of both: carrel plan cost bill remove \($0)"
            }
        }
    }
}

/// `carrel plan cost bill list`: what was taken in.
package struct BillListCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the bills that were taken in, and what a GPU-hour cost by them.")

    @OptionGroup package var output: OutputOptions

    package init() {}

    package struct Line: Encodable {
        let bill: Int
        let file: String
        let takenAt: String
        let provider: String
        let instance: String?
        let gpu: String?
        let what: String?
        let from: String
        let until: String
        let gpuHours: Double?
        let amountUSD: Money
    }

    package struct Bills: Encodable { let lines: [Line] }

    package mutating func run() async throws {
        let records = KeptBills.here.all().records
        let lines = records.flatMap { record in
            record.uses.map {
                Line(
                    bill: record.number, file: record.file, takenAt: record.takenAt, provider: $0.provider,
                    instance: $0.instance, gpu: $0.accelerator, what: nil, from: $0.from, until: $0.until,
                    gpuHours: Double($0.microHours) / 1_000_000, amountUSD: Money(micros: $0.micros))
            }
                + record.extras.map {
                    Line(
                        bill: record.number, file: record.file, takenAt: record.takenAt, provider: $0.provider,
                        instance: nil, gpu: nil, what: $0.what, from: $0.from, until: $0.until, gpuHours: nil,
                        amountUSD: Money(micros: $0.micros))
                }
        }
        let columns = [
            "bill", "file", "takenAt", "provider", "instance", "gpu", "what", "from", "until", "gpuHours", "amountUSD",
        ]
        let rows = records.flatMap { record in
            record.bill.rows.map { ["\(record.number)", record.file] + $0 }
        }
        try output.show(
            Bills(lines: lines),
            Table(
                ["BILL", "FILE"] + CloudBill.heads, rows,
                whenEmpty: "No bill was taken in. carrel plan cost bill import FILE.csv",
                dispensable: ["FILE", "GPU", "WHAT", "UNTIL"]),
            csv: .list("lines", columns: columns))
    }
}

/// `carrel plan cost bill remove`: takes one away.
package struct BillRemoveCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take a bill away: what one import or entry brought.")

    @Argument(help: "Its number, as carrel plan cost bill list shows it.")
    package var number: Int

    package init() {}

    package mutating func run() async throws {
        guard try KeptBills.here.remove(number) else {
            Exit.say("There is no bill \(number). carrel plan cost bill list shows them. Nothing was removed.")
            throw ExitCode(1)
        }
        Terminal.write("Bill \(number) is removed.\n")
    }
}

extension CloudBill {
    static let heads = ["PROVIDER", "WHAT", "GPU", "FROM", "UNTIL", "GPU-HOURS", "AMOUNT", "A GPU AND HOUR"]

    var rows: [[String]] {
        uses.map { use in
            let rent = PaidRent.all(CloudBill(uses: [use])).first
            return [
                use.provider, use.instance ?? "-", use.accelerator ?? "not said", use.from.text, use.until.text,
                PlanCostBillCommand.hours(use.microHours), use.amount.text, rent?.perHour.text ?? "-",
            ]
        }
            + extras.map { [$0.provider, $0.what, "-", $0.from.text, $0.until.text, "-", $0.amount.text, "-"] }
    }

    var table: Table { Table(Self.heads, rows, whenEmpty: "") }
}
