import WireModel

/// The fields of the question about owning and renting: all that the command line takes, filled with what was asked or assumed.
struct CostFields {
    let form: PlanForm
    let answer: OwnershipView?

    struct Field: Sendable {
        let name: StaticString
        let label: String
        /// As the command line calls it.
        let option: String
        let example: String
        var isWhole = false

        init(_ name: StaticString, _ label: String, _ option: String, _ example: String, isWhole: Bool = false) {
            (self.name, self.label, self.option, self.example, self.isWhole) = (name, label, option, example, isWhole)
        }
    }

    static let groups: [(title: String, fields: [Field])] = [
        (
            "The machine",
            [
                Field("gpu", "GPU", "--gpu", "h100"), Field("gpus", "GPUs of the machine", "--gpus", "8", isWhole: true),
                Field("price", "Its price in US dollars", "--price", "300k"),
                Field("surroundings", "Network, rack and storage on top of it", "--surroundings", "15%"),
                Field("years", "Years until it is replaced", "--years", "4"),
                Field("residual", "What it is worth then, of all that was paid", "--residual", "10%"),
            ]
        ),
        (
            "Its use",
            [
                Field("utilisation", "Part of the time in use", "--utilisation", "50%"),
                Field("availability", "Part of the time in which it works", "--availability", "97%"),
            ]
        ),
        (
            "Running it",
            [
                Field("electricity", "US dollars for a kilowatt-hour", "--electricity", "0.13"),
                Field("pue", "What the room takes for each watt of the machine (PUE)", "--pue", "1.56"),
                Field("watts", "Watts at full load", "--watts", "8000", isWhole: true),
                Field("idleWatts", "Watts with nothing to do", "--idle-watts", "2200", isWhole: true),
                Field("maintenance", "Upkeep a year, of its price", "--maintenance", "5%"),
                Field("staff", "US dollars a year for people and room", "--staff", "30k"),
            ]
        ),
        (
            "Renting instead",
            [
                Field("rent", "US dollars for an hour of one GPU", "--rent", "2.50"),
                Field("extras", "Data out, storage and support on top of it", "--extras", "5%"),
                Field("rentUsed", "How much of the rented time is used", "--rent-used", "100%"),
            ]
        ),
    ]

    static var all: [Field] { groups.flatMap(\.fields) }

    func write(_ html: inout HTML) {
        html(.form, .method("get"), .action(PlanTopic.cost.link), .class("card")) { html in
            for group in Self.groups {
                html(.fieldset, .class("group")) { html in
                    html(.legend, text: group.title)
                    html(.div, .class("row", "even")) { html in for field in group.fields { write(field, &html) } }
                }
            }
            // What nobody touches stays assumed, so that another GPU gets another price.
            if !assumed.isEmpty { html.hidden("assumed", assumed) }
            html(.div, .class("actions")) { $0(.button, .type("submit"), .class("strong"), text: "Show") }
        }
    }

    private func write(_ field: Field, _ html: inout HTML) {
        let name = field.name.description, given = form.given(name)
        html.field(
            field.name, field.label, value: given.isEmpty ? assumption(name)?.written ?? "" : given,
            hint: field.option + (source(name).map { ": \($0)" } ?? ""), placeholder: field.example,
            field.isWhole ? .inputmode("numeric") : nil)
    }

    private func source(_ name: String) -> String? {
        guard form.given(name).isEmpty else { return "given" }
        return assumption(name)?.source
    }

    private func assumption(_ name: String) -> (written: String, source: String)? {
        guard let answer else { return nil }
        switch name {
        case "gpu": return answer.gpu.map { ($0, "assumed") }
        case "gpus": return ("\(answer.gpus)", "assumed")
        case "utilisation":
            let tenths = Int((answer.utilisation * 1_000).rounded())
            let written = tenths % 10 == 0 ? "\(tenths / 10)%" : "\(tenths / 10).\(tenths % 10)%"
            return (written, answer.utilisationSource == "measured" ? "this pool's, measured" : answer.utilisationSource)
        default:
            return answer.assumptions.first { $0.parameter == name && !$0.isGiven }.map { ($0.written, $0.source) }
        }
    }

    private var assumed: String {
        Self.all.compactMap { field in
            let name = field.name.description
            guard form.given(name).isEmpty, let assumption = assumption(name) else { return nil }
            return "\(name)=\(assumption.written)"
        }.joined(separator: ";")
    }

    /// With the fields' labels in place of the command line's options.
    static func named(_ problem: Problem) -> Problem {
        var problem = problem
        for field in all.sorted(by: { $0.option.utf8.count > $1.option.utf8.count }) {
            problem.detail = replaced("`\(field.name)`", by: "“\(field.label)”", in: problem.detail)
            problem.detail = replaced(field.option, by: "“\(field.label)”", in: problem.detail)
        }
        return problem
    }

    private static func replaced(_ word: String, by other: String, in text: String) -> String {
        var rest = text[...], result = ""
        while let place = rest.firstRange(of: word) {
            let next = place.upperBound < rest.endIndex ? rest[place.upperBound] : " "
            let isWhole = word.hasPrefix("`") || !(next.isLetter || next == "-")
            result += rest[..<place.lowerBound] + (isWhole ? other : word)
            rest = rest[place.upperBound...]
        }
        return result + rest
    }
}

extension HTML {
    /// That owning has outgrown renting, or the reverse.
    mutating func turned(_ kept: KeptOwnership) {
        self(.div, .class("notice", "good"), .role("status")) { html in
            html(.p) { $0(.strong, text: "Own or rent: it has turned") }
            html(.p) { html in
                html.text(kept.words + " ")
                html(.a, .href(Link("/plan/cost")), text: "Cost")
                html.text(" has the figures; keeping them again takes this notice away.")
            }
        }
    }
}
