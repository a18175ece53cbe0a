import Advice
package import ArgumentParser
import FleetModel
import Foundation
import WireModel

/// `carrel plan gpu`: which GPU suits.
package struct PlanGPUCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "gpu", abstract: "Which GPU suits, how many, and what was left out and why.",
        usage: "carrel plan gpu [--for education|research|datacentre|serving] [--budget USD] [--growth 2x] [OPTIONS]",
        discussion: """
            Ranked by what predicts speed for the kind of work (bandwidth, tensor rate), by memory, price and energy; SUITS is what the \
            order goes by, of the first. With --model the memory is what that model needs.

            Examples:
              carrel plan gpu --for education --budget 600
              carrel plan gpu --for research --model llama-3.1-8b --method lora --budget 10k
              carrel plan gpu --for serving --workload llm-decode --model llama-3.1-70b --growth 2x
            """)

    @Option(
        name: .customLong("for"), parsing: .unconditional, help: "education, research (the default), datacentre or serving.")
    package var purpose: String?
    @Option(parsing: .unconditional, help: "The kind of work; carrel plan speed --list names all.")
    package var workload: String?
    @Option(parsing: .unconditional, help: "US dollars for all GPUs: 5000, 5k.", transform: Dollars.read)
    package var budget: Dollars?
    @Option(parsing: .unconditional, help: "How much more memory the work will need: 2x.")
    package var growth: String?
    @Option(parsing: .unconditional, help: "The model that must fit.")
    package var model: String?
    @Option(
        parsing: .unconditional, help: "With --model: full, lora, qlora or inference; unless said, as the kind of work is.")
    package var method: String?
    @Option(parsing: .unconditional, help: "With --model: examples in one step.")
    package var batch: Int?
    @Option(parsing: .unconditional, help: "With --model: tokens of an example.")
    package var sequence: Int?
    @Option(parsing: .unconditional, help: "fp32, fp16 (the default), bf16, fp8 or int8.")
    package var precision: String?
    @Flag(help: "Take in what is only sold used.")
    package var used = false
    @Option(parsing: .unconditional, help: "How many to show.")
    package var top = 8

    @OptionGroup package var output: OutputOptions

    package init() {}

    package mutating func validate() throws {
        if let growth, ChoiceDesk.growth(growth) == nil {
            throw ValidationError("--growth \(growth) is no factor from 1 to 1000. Example: --growth 2x")
        }
        if model == nil, method != nil || batch != nil || sequence != nil {
            throw ValidationError("--method, --batch and --sequence go with --model.")
        }
        guard (1...1_000).contains(top) else { throw ValidationError("--top \(top) is not between 1 and 1000.") }
    }

    package mutating func run() async throws {
        var question = ChoiceDesk.Question(year: Calendar(identifier: .gregorian).component(.year, from: Date()))
        (question.purpose, question.workload, question.precision) = (purpose, workload, precision)
        question.budget = budget?.cost
        question.used = used
        if let growth { question.growth = ChoiceDesk.growth(growth) ?? 1_000 }
        if let model {
            var fit = FitQuestion()
            (fit.model, fit.method, fit.batch, fit.sequence) = (model, method, batch, sequence)
            question.model = fit
        }
        var view = try Advised.run { try ChoiceDesk.answer(question) }
        if !output.isData { view.candidates = Array(view.candidates.prefix(top)) }
        try output.show(
            view, view.table,
            csv: .list(
                "candidates",
                columns: [
                    "gpu", "count", "suits", "memoryBytes", "price", "likelyPrice", "priceYear", "speed", "watts",
                    "hostCores", "hostMemoryBytes", "why",
                ]))
        guard !output.isData else { return }
        Terminal.write(view.afterwards)
    }
}

extension ChoiceView {
    fileprivate var table: Table {
        Table(
            ["GPU", "SUITS", "MEMORY", "SPEED", "PRICE", "POWER", "WHY"],
            candidates.map { one in
                [
                    (one.count > 1 ? "\(one.count) × " : "") + one.gpu, one.suits.percent,
                    MemoryBytes(one.memoryBytes).gibibytesText, one.speed.percent,
                    one.price.map { "\($0.whole) \(currency)" } ?? one.likelyPrice.map { "~\($0.whole) \(currency)" }
                        ?? "ask",
                    one.watts.map { "\(Int($0)) W" } ?? "-", one.why,
                ]
            }, whenEmpty: "Nothing suits. \(remedy ?? "")",
            dispensable: ["POWER"])
    }

    fileprivate var afterwards: String {
        var text = ""
        if let first = candidates.first {
            let words =
                "The machine around the first: \(first.hostCores) cores (twice that where data is prepared heavily) and "
                + "\(MemoryBytes(first.hostMemoryBytes).gibibytesText) of RAM (more for very large data sets). Speed is of the fastest's, SUITS "
                + "of the first's."
            text += "\n" + Wrapping.wrapped(words, width: Terminal.width(of: 1)) + "\n"
        }
        text +=
            "\n"
            + Advised.lines(
                "Left out",
                leftOut.map { out in
                    let some = out.gpus.prefix(5).joined(separator: ", ")
                    return "\(out.reason): \(out.gpus.count > 5 ? "\(out.gpus.count), such as \(some)" : some)"
                })
        return text + "\n" + Advised.lines("Assumed", assumptions)
    }
}

extension Double {
    fileprivate var percent: String { "\(Int((self * 100).rounded())) %" }
}
