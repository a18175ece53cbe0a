package import Advisor
import FleetModel

/// Reads what was given into what the advisor knows.
package enum Given {
    /// The likeliest accelerator of a name.
    package static func accelerator(_ name: String, in catalogue: Catalogue) throws(AdviceError) -> Accelerator {
        try accelerators(name, in: catalogue)[0]
    }

    /// All that a name may mean, the likeliest first; never empty.
    package static func accelerators(_ name: String, in catalogue: Catalogue) throws(AdviceError) -> [Accelerator] {
        guard !name.allSatisfy(\.isWhitespace) else {
            throw .missing(what: "The accelerator's name", instead: "Example: a100, rtx4090, 'A100 80GB'.")
        }
        if let colon = name.lastIndex(of: ":"), let count = Int(name[name.index(after: colon)...]), count > 0 {
            throw .notThere("'\(name)': name the model alone, \(name[..<colon]).")
        }
        switch catalogue.find(name) {
        case .found(let found): return found
        case .nothing(let nearest): throw .unknownAccelerator(name, nearest: nearest)
        }
    }

    /// One of some words; nil where nothing was given.
    package static func word<Choice: RawRepresentable & CaseIterable>(
        _ given: String?, _ what: String, _ type: Choice.Type
    ) throws(AdviceError) -> Choice? where Choice.RawValue == String {
        guard let given else { return nil }
        let folded = given.lowercased().split(separator: "_").joined(separator: "-")
        if let choice = Choice(rawValue: folded) ?? synonyms[folded].flatMap({ Choice(rawValue: $0) }) { return choice }
        let known = Choice.allCases.map(\.rawValue)
        throw .unknownWord(what: what, given: given, known: known, nearest: Likeness.nearest(to: folded, in: known))
    }

    /// What people write for the same.
    private static let synonyms: [String: String] = [
        "fsdp": "zero3", "ddp": "none", "zero-1": "zero1", "zero-2": "zero2", "zero-3": "zero3", "tp": "tensor",
        "adam": "adamw", "adamw8bit": "adamw-8bit", "adam-8bit": "adamw-8bit", "adam8bit": "adamw-8bit",
        "8bit": "adamw-8bit",
        "momentum": "sgd-momentum", "float32": "fp32", "f32": "fp32", "tf32": "fp32", "float16": "fp16", "f16": "fp16",
        "half": "fp16", "amp": "fp16", "mixed": "bf16", "bfloat16": "bf16", "8-bit": "int8", "4-bit": "int4", "q8": "int8",
        "q4": "int4", "nf4": "int4", "bf16-pure": "pure-bf16", "purebf16": "pure-bf16", "training": "full", "train": "full",
        "infer": "inference", "serve": "inference", "finetune": "full", "fine-tune": "full", "school": "education",
        "entry": "education", "entry-level": "education", "class": "education", "lab": "research",
        "datacenter": "datacentre",
        "data-centre": "datacentre", "data-center": "datacentre", "production": "serving",
    ]

    /// nil where nothing was given.
    package static func number(
        _ given: Int?, _ what: String, _ range: ClosedRange<Int>
    ) throws(AdviceError) -> Int? {
        guard let given else { return nil }
        guard range.contains(given) else {
            throw .outOfRange(
                what: what, given: "\(given)", least: "\(range.lowerBound)", most: "\(range.upperBound)")
        }
        return given
    }

    /// The kind of work that a name means.
    package static func workload(_ name: String) throws(AdviceError) -> Workload {
        let folded = name.lowercased().split(separator: "_").joined(separator: "-")
        if let workload = Workload.named(folded) { return workload }
        let known = Workload.all.map(\.name)
        throw .unknownWord(
            what: "The workload", given: name, known: known, nearest: Likeness.nearest(to: folded, in: known))
    }
}
