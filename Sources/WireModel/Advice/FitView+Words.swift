import FleetModel

extension FitView {
    /// The whole answer in a line: `Inference, weights as bf16: fits GeForce RTX 4090 and larger; …`
    package var sentence: String {
        let count = gpus > 1 ? "\(gpus) × " : ""
        let parts: [String] = Self.verdicts.compactMap { verdict, words in
            let there = devices.filter { $0.verdict == verdict }
            guard !there.isEmpty else { return nil }
            return "\(words) \(count)\(names(there))"
        }
        let text = parts.joined(separator: "; ")
        guard let first = text.first else { return "" }
        // What it is for decides more than anything else, and is easily left out of a question.
        let what = assumptions.first.map { $0.prefix(1).uppercased() + $0.dropFirst() + ": " } ?? ""
        return what.isEmpty ? first.uppercased() + text.dropFirst() + "." : what + text + "."
    }

    private static let verdicts = [
        ("fits", "fits"), ("mayFit", "may fit"), ("hardlyFits", "hardly fits"), ("doesNotFit", "doesn't fit"),
    ]

    /// All that are larger than one, or smaller, stand for themselves where all of them have the same verdict.
    private func names(_ some: [FitDevice]) -> String {
        let bySize = some.sorted { $0.memoryBytes < $1.memoryBytes }
        guard bySize.count > 2, let verdict = bySize.first?.verdict else {
            return bySize.map(\.gpu).joined(separator: ", ")
        }
        let least = bySize[0], most = bySize[bySize.count - 1]
        let goesUp = verdict == "fits" || verdict == "mayFit"
        if goesUp, devices.allSatisfy({ ($0.memoryBytes >= least.memoryBytes) == ($0.verdict == verdict) }) {
            return "\(least.gpu) and larger"
        }
        if !goesUp, devices.allSatisfy({ ($0.memoryBytes <= most.memoryBytes) == ($0.verdict == verdict) }) {
            return "\(most.gpu) and smaller"
        }
        return bySize.map(\.gpu).joined(separator: ", ")
    }

    /// `It would fit GeForce RTX 4090 with`: what stands over the changes.
    package var remedyTitle: String {
        guard let first = remedies.first, !first.options.hasPrefix("--gpu ") else { return "It would fit with" }
        return "It would fit \(first.gpu) with"
    }

    /// Whether how long was asked, and could be told for one.
    package var tellsTime: Bool { devices.contains { $0.seconds != nil } }

    /// Each price once: `A100 SXM4 80GB: 3.43 USD an hour of one GPU (AWS p4de.24xlarge, us-east-1, seen on 2026-11-09)`.
    package var rentWords: [String] {
        devices.compactMap { device in
            device.rent.map { rent in
                "\(device.gpu): \(Cost(micros: rent.perGPUHour.micros, currency: rent.currency).text) an hour of one GPU "
                    + "(\(rent.provider) \(rent.instance)\(rent.region == "any" ? "" : ", \(rent.region)"), seen on \(rent.date)\(rent.isOld ? ", old: check it" : ""))"
            }
        }
    }
}

/// Cells of a table of times; nil where nothing is known.
extension FitDevice {
    /// In a table of times: what hardly fits was run by some with care.
    package var timedName: String { verdict == "hardlyFits" ? "\(gpu) (hardly fits)" : gpu }
    package var timeText: String? { seconds.map { Rough.seconds($0.expected) } }
    package var timeRangeText: String? { seconds.map { Rough.seconds(from: $0.lower, to: $0.upper, beside: $0.expected) } }
    package var energyText: String? {
        energyJoules.map { Rough.energy(fromJoules: $0.lower, to: $0.upper) }
    }
    package var rentText: String? { rent.map { Rough.money($0.expected.micros, $0.currency) } }
    package var rentRangeText: String? {
        rent.map { Rough.money(fromMicros: $0.lower.micros, to: $0.upper.micros, $0.currency) }
    }
}
