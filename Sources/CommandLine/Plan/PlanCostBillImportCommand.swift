import Advisor
package import ArgumentParser
import FleetModel
import Foundation
import WireModel

/// `carrel plan cost bill import`: a file of a bill.
package struct BillImportCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take in a CSV file: a plain table, FOCUS 1.x, or AWS' cost and usage report.",
        usage: "carrel plan cost bill import FILE [--provider NAME] [--replace N]",
        discussion: """
            Its first line says what it is. A plain table has the columns month (2026-10) or from and to, amount, provider, instance or \
            gpu, hours (of the machine; gpus says how many it has where no price table does) or gpu-hours, and currency, which is \
            USD; a line without hours and GPU is something beside them, such as data out, and what says which. Of FOCUS the effective \
            cost counts, of AWS' report the unblended cost, or the effective one under a savings plan or reservation, after discounts \
            where the report has them; credits, taxes, purchases and machines without GPUs are left out and counted. Corrections are \
            taken off. Storage, data out, network and support of the same provider and month are counted beside the GPUs. Lines that \
            were taken in before are not taken twice; --replace takes a month's newer file in place of an older bill.

            Examples:
              carrel plan cost bill import focus-2026-10.csv
              carrel plan cost bill import hours.csv --provider lambda
              carrel plan cost bill import focus-2026-10-again.csv --replace 1
            """)

    @Argument(help: "The file, unpacked.", completion: .file(extensions: ["csv"]))
    package var file: String

    @Option(parsing: .unconditional, help: "Whose bill it is, where its lines don't say.")
    package var provider: String?

    @Option(parsing: .unconditional, help: "The bill whose place this file takes, in one step.")
    package var replace: Int?

    package init() {}

    package mutating func run() async throws {
        let bytes = try ImportedPrices.bytes(of: file, atMost: KeptBills.mostBytes)
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
            throw refused("is no text in UTF-8: unpack it (.gz, .zip, .parquet), or save it as CSV in UTF-8")
        }
        try KeptBills.here.alone { try take(text) }
    }

    private func take(_ text: String) throws {
        var others = KeptBills.here.all()
        let replaced = replace.flatMap { number in others.records.first { $0.number == number } }
        if let replace, replaced == nil {
            Exit.say("There is no bill \(replace). carrel plan cost bill list shows them. Nothing was changed.")
            throw ExitCode(1)
        }
        let digest = BillReader.mark(text)
        let same = others.records.first { $0.digest == KeptBills.Record.hexadecimal(digest) }
        others.records.removeAll { $0.number == replaced?.number }
        let found = try read(text, known: others.marks)
        guard !found.marks.isEmpty else {
            Exit.say(
                "Nothing of \(file.shown) was taken" + (replaced.map { ", and bill \($0.number) stays as it is" } ?? "")
                    + ".")
            if let same {
                Exit.say("The same file was taken in on \(same.takenAt) as bill \(same.number) (\(same.file.shown)).")
            }
            say(found)
            // All of it being there already is no mistake.
            if found.repeated > 0, found.faultCount == 0 || same != nil, replaced == nil { return }
            throw ExitCode(65)
        }
        let name = URL(fileURLWithPath: file).lastPathComponent.shown
        let record = KeptBills.Record(
            found.bill, file: name, digest: digest, marks: found.marks, today: Advised.today)
        let number = try KeptBills.here.keep(record, inPlaceOf: replaced?.number)
        let lines = found.marks.count == 1 ? "1 line" : "\(found.marks.count) lines"
        let instead = replaced.map { ", in place of what \($0.file.shown) gave on \($0.takenAt)" } ?? ""
        Terminal.write("Bill \(number): \(lines) of \(name) taken in\(instead).\n")
        Terminal.write(found.bill.table.text(width: Terminal.width(of: 1)))
        say(found)
        PlanCostBillCommand.warn(found.bill, others) {
            "Where this file is a newer one of the same, take it in again with --replace \($0)."
        }
    }

    private func read(_ text: String, known: Set<UInt64>) throws -> BillImport {
        do throws(BillReader.Failure) {
            return try BillReader.read(
                text, provider: provider, machines: PlanCostBillCommand.machines, today: Advised.today,
                accelerator: PlanCostBillCommand.accelerator, isKnown: { known.contains($0) })
        } catch {
            switch error {
            case .table(let wrong): throw refused("can't be read: \(wrong)")
            case .unknownForm:
                throw refused(
                    "is no bill that is known: its first line has neither month and amount, nor ChargePeriodStart and EffectiveCost (FOCUS), nor lineItem/UsageStartDate and lineItem/UnblendedCost (AWS)"
                )
            }
        }
    }

    private func refused(_ words: String) -> ArgumentParser.ExitCode {
        Exit.say("\(file.shown) \(words). Nothing was changed.")
        return ExitCode(65)
    }

    private func say(_ found: BillImport) {
        func lines(_ count: Int, _ one: String, _ many: String) -> String {
            count == 1 ? "1 line \(one)" : "\(count) lines \(many)"
        }
        if found.repeated > 0 {
            Exit.say("\(lines(found.repeated, "was", "were")) taken in before, and not again. Nothing was taken twice.")
        }
        for kind in found.leftOut {
            let amount = kind.amount.micros == 0 ? "" : "; \(kind.amount.text) in all"
            Exit.say("\(lines(kind.lines, "was", "were")) left out: \(kind.what)\(amount)")
        }
        guard found.faultCount > 0 else { return }
        let more = found.faultCount - found.faults.count
        Exit.say(
            lines(found.faultCount, "can't be read", "can't be read")
                + (more > 0 ? "; the first \(found.faults.count):" : ":"))
        for (line, words) in found.faults { Exit.say("  line \(line): \(words)") }
    }
}
