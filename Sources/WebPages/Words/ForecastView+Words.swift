import FleetModel
import WireModel

extension ForecastView {
    /// What was expected, a line each: `12 minutes (10 to 15), from 3 earlier runs`.
    var lines: [String] {
        [
            memoryBytes.map { $0.line(ForecastWords.memory) + " on each GPU" + ForecastWords.source($0.runs) },
            seconds.map { $0.line(ForecastWords.time) + ForecastWords.source($0.runs) },
            energyJoules.map { $0.line(ForecastWords.energy) + ForecastWords.source($0.runs) },
        ].compactMap(\.self)
    }
}

extension ForecastSpan {
    fileprivate func line(_ words: (Amount) -> String) -> String {
        "\(words(expected)) (\(words(lower)) to \(words(upper)))"
    }
}

/// Amounts of forecasts for people.
enum ForecastWords {
    static func memory(_ bytes: Int64) -> String { MemoryBytes(bytes).gibibytesText }
    static func time(_ seconds: Double) -> String { TimeSpanText.spoken(seconds: seconds) }
    static func energy(_ joules: Double) -> String { Energy(millijoules: Int64(min(joules, 1e15) * 1_000)).text }

    static func source(_ runs: Int?) -> String {
        guard let runs else { return ", by what was said of it" }
        return runs == 1 ? ", from one earlier run" : ", from \(runs) earlier runs"
    }

    static func percent(_ share: Double) -> String { "\(Int((min(share.magnitude, 9_999) * 100).rounded())) %" }
}
