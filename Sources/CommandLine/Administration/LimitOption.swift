import ArgumentParser
import FleetModel
import WireModel

extension LimitView {
    /// Reads `user=anna:gpus=4,hours=40,longest=8h`, `team=vision:hours=400`, `everybody:gpus=2`, `user=anna:none` (no limit,
    /// whatever everybody's are) and `user=anna:default` (everybody's again).
    init(typed text: String) throws {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, !parts[1].isEmpty else { throw Self.mistake(text, "who and what are parted by a colon") }
        let who = parts[0].split(separator: "=", maxSplits: 1).map(String.init)
        switch (who.first, who.count) {
        case ("everybody", 1): self.init(kind: "everybody")
        case ("user", 2) where !who[1].isEmpty: self.init(kind: "user", name: who[1])
        case ("team", 2) where !who[1].isEmpty: self.init(kind: "team", name: who[1])
        default: throw Self.mistake(text, "limits are of everybody, user=NAME or team=NAME")
        }
        switch parts[1] {
        case "none": remove = kind == "user" ? nil : true
        case "default": remove = true
        default: for word in parts[1].split(separator: ",") { try take(String(word), of: text) }
        }
    }

    private mutating func take(_ word: String, of text: String) throws {
        let pair = word.split(separator: "=", maxSplits: 1).map(String.init)
        guard pair.count == 2 else { throw Self.mistake(text, "“\(word)” has no number") }
        switch pair[0] {
        case "gpus", "devices": gpusAtOnce = try Self.number(pair[1], of: text)
        case "hours": gpuHoursAWeek = try Self.number(pair[1], of: text)
        case "longest":
            guard let span = try? TimeSpan(parsing: pair[1]) else { throw Self.mistake(text, "“\(pair[1])” is no time") }
            guard span > .zero else {
                throw Self.mistake(text, "a lease that lasts no time is none; gpus=0 lets somebody hold no GPU")
            }
            longestLeaseSeconds = Double(span.milliseconds) / 1_000
        default: throw Self.mistake(text, "“\(pair[0])” is not limited; gpus, hours (in seven days) and longest are")
        }
    }

    private static func number(_ text: String, of whole: String) throws -> Int {
        guard let number = Int(text), number >= 0 else { throw mistake(whole, "“\(text)” is no number from 0") }
        return number
    }

    private static func mistake(_ text: String, _ what: String) -> ValidationError {
        ValidationError("--limit \(text.shown): \(what). Example: --limit user=anna:gpus=4,hours=40,longest=8h")
    }

    /// `4 GPUs at once, 40 GPU-hours a week, 8h a lease`.
    var words: String {
        let parts = [
            gpusAtOnce.map { $0 == 0 ? "no GPU" : "\($0.counted("GPU")) at once" },
            gpuHoursAWeek.map { $0 == 0 ? "no GPU-hours" : "\($0.counted("GPU-hour")) a week" },
            longestLeaseSeconds.map { "\(Spans.text($0)) a lease" },
        ]
        let said = parts.compactMap(\.self)
        return said.isEmpty ? "no limit" : said.joined(separator: ", ")
    }
}

extension PolicyView {
    /// A row for everybody, whether limited or not, and one for each who has limits of their own.
    var limitRows: [[String]] {
        let limits = limits ?? []
        let everybody = limits.first { $0.kind == "everybody" } ?? LimitView(kind: "everybody")
        return [["everybody may use", everybody.words, "--limit everybody:gpus=4,hours=40"]]
            + limits.filter { $0.kind != "everybody" }.map { limit in
                let name = limit.name ?? ""
                let example = limit.kind == "team" ? "none" : "default"
                return [
                    "\(limit.kind == "team" ? "team " : "")\(name.shown) may use", limit.words,
                    "--limit \(limit.kind)=\(name.shown):\(example)",
                ]
            }
    }
}
