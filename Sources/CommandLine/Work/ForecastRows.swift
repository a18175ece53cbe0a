import FleetModel
import WireModel

extension ForecastView {
    /// What was expected, for details: `memory  11.2 GiB (9.5 to 14), from 3 earlier runs`.
    var rows: [[String]] {
        var rows: [(text: String, runs: Int?)] = []
        if let memoryBytes {
            rows.append((memoryBytes.text { MemoryBytes($0).gibibytesText } + " on each GPU", memoryBytes.runs))
        }
        if let seconds { rows.append((seconds.text(Spans.text), seconds.runs)) }
        if let energyJoules {
            rows.append((energyJoules.text { Energy(millijoules: Int64(min($0, 9e12) * 1_000)).text }, energyJoules.runs))
        }
        return rows.map { ["expected", $0.text + Self.source($0.runs)] }
    }

    static func source(_ runs: Int?) -> String {
        guard let runs else { return ", by what was said of it" }
        return runs == 1 ? ", from one earlier run" : ", from \(runs) earlier runs"
    }
}

extension ForecastSpan {
    func text(_ words: (Amount) -> String) -> String {
        "\(words(expected)) (\(words(lower)) to \(words(upper)))"
    }
}

extension CheckoutWarning {
    /// On a terminal, with what to ask for instead.
    var spoken: String {
        let instead = [gpus.map { "--gpus \($0)" }, time.map { "--time \($0)" }].compactMap(\.self)
        return instead.isEmpty ? words : words + " Ask for " + instead.joined(separator: " ") + " instead."
    }
}
