package import WireModel

/// The policy as it is typed: a text for each of its numbers.
package struct PolicyForm: Equatable, Sendable {
    package enum Field: String, CaseIterable, Sendable {
        case `default`, longest, grace, waitingLimit
        case holdAfter, halfLife
        case reclaim, reclaimNotice, minimumRun
        case idle, idleAfter, idleWarnAgain, idleRelease, idleStartGrace, idleDryRun, keepFor
        case reservations, reservationLongest, reservationAhead, reservationLimit, reservationGrace
        case foreignProcesses
        case electricityPrice, currency
    }

    package var texts: [Field: String]

    package init(texts: [Field: String]) { self.texts = texts }

    package subscript(_ field: Field) -> String { texts[field] ?? "" }

    /// As it is in force.
    package init(_ policy: PolicyView) {
        func span(_ seconds: Double?) -> String { seconds.map(Self.typed) ?? "" }
        texts = [
            .default: span(policy.defaultTimeSeconds), .longest: span(policy.longestTimeSeconds),
            .grace: span(policy.graceSeconds), .waitingLimit: policy.waitingLimit.map { "\($0)" } ?? "",
            .holdAfter: span(policy.holdAfterSeconds), .halfLife: span(policy.usageHalfLifeSeconds),
            .reclaim: policy.reclaim == true ? "on" : "off", .reclaimNotice: span(policy.reclaimNoticeSeconds),
            .minimumRun: span(policy.minimumRunSeconds), .idle: policy.idleMode ?? "",
            .idleAfter: span(policy.idleAfterSeconds), .idleWarnAgain: span(policy.idleWarnAgainSeconds),
            .idleRelease: span(policy.idleReleaseSeconds), .idleStartGrace: span(policy.idleStartGraceSeconds),
            .idleDryRun: span(policy.idleDryRunSeconds), .keepFor: span(policy.keepForSeconds),
            .reservations: policy.reservations ?? "", .reservationLongest: span(policy.reservationLongestSeconds),
            .reservationAhead: span(policy.reservationAheadSeconds),
            .reservationLimit: policy.reservationLimit.map { "\($0)" } ?? "",
            .reservationGrace: span(policy.reservationGraceSeconds), .foreignProcesses: policy.foreignProcesses ?? "",
            .electricityPrice: policy.electricityPrice.map { "\($0)" } ?? "", .currency: policy.currency ?? "",
        ]
    }

    /// Tells whether the policy is still the one that a form was made from (FNV-1a with 64 bits; it guards against nothing).
    package var version: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for field in Field.allCases {
            for byte in "\(field.rawValue)=\(self[field]);".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        return String(hash, radix: 16)
    }

    /// What is not as it was before, a sentence each, and what that means where it hurts.
    package func changes(from before: PolicyForm) -> [String] {
        var sentences: [String] = []
        for field in Field.allCases {
            guard let text = texts[field], text != before[field] else { continue }
            func words(_ value: String) -> String {
                let name = field.choices?.first { $0.value == value }?.name ?? value
                return name.isEmpty ? "nothing" : name
            }
            sentences.append("\(field.label): \(words(text)), instead of \(words(before[field])).")
            switch (field, text) {
            case (.foreignProcesses, "kill"):
                sentences.append("From then on, whatever runs on a GPU past Carrel is ended, whoever started it.")
            case (.idle, "release"):
                sentences.append("From then on, who leaves a lease unused is warned twice and then loses it.")
            case (.reclaim, "on"):
                sentences.append("From then on, work on borrowed GPUs is ended after a notice when a guarantee needs them.")
            default: break
            }
        }
        return sentences
    }

    /// What reads back as the same: `1d12h`, `90s`, `0`.
    static func typed(_ seconds: Double) -> String {
        var rest = Int64(Swift.max(0, Swift.min(seconds.isNaN ? 0 : seconds, 1e12)) * 1_000)
        guard rest > 0 else { return "0" }
        var text = ""
        for (unit, length) in [("d", Int64(86_400_000)), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)] {
            if rest >= length { text += "\(rest / length)\(unit)" }
            rest %= length
        }
        return text
    }
}

extension PolicyForm.Field {
    var label: String {
        switch self {
        case .default: "A lease lasts, unless somebody says"
        case .longest: "The longest lease"
        case .grace: "From the signal to end to the one that ends"
        case .waitingLimit: "Requests of one person that may wait"
        case .holdAfter: "GPUs are held for who has waited"
        case .halfLife: "Past use counts half after"
        case .reclaim: "Take back what is borrowed"
        case .reclaimNotice: "Notice before that"
        case .minimumRun: "Nothing is taken back in its first"
        case .idle: "When nobody uses a lease"
        case .idleAfter: "Not used for: the first warning"
        case .idleWarnAgain: "Then, to the second warning"
        case .idleRelease: "Then, to the return"
        case .idleStartGrace: "At its start it may rest for"
        case .idleDryRun: "At first only reported, for"
        case .keepFor: "Keep holds for"
        case .reservations: "Who may reserve"
        case .reservationLongest: "The longest reservation"
        case .reservationAhead: "How far ahead"
        case .reservationLimit: "GPUs reserved at once"
        case .reservationGrace: "Unused, it lapses after"
        case .foreignProcesses: "A process on a GPU that no lease accounts for"
        case .electricityPrice: "A kilowatt-hour costs"
        case .currency: "In"
        }
    }

    var hint: String? {
        switch self {
        case .default: "Spans are typed as 30m, 2h, 1d or 1d12h."
        case .reclaim: "When somebody waits whose guarantee covers it."
        case .reservationLimit: "Empty: as many as there are."
        case .electricityPrice: "Such as 0.30; empty: no cost is told."
        case .currency: "Three letters, such as EUR."
        case .holdAfter, .idleDryRun, .minimumRun: "0 for none."
        default: nil
        }
    }

    /// What can be chosen; nil: it is typed.
    var choices: [(value: String, name: String)]? {
        switch self {
        case .reclaim: [("on", "yes"), ("off", "no")]
        case .idle:
            [
                ("off", "nobody looks"), ("warn", "its user is told"),
                ("release", "it is returned, warned twice"),
            ]
        case .reservations: [("off", "nobody"), ("admins", "administrators"), ("everyone", "everybody")]
        case .foreignProcesses:
            [
                ("warn", "is shown, and nothing more"), ("block", "keeps the GPU out meanwhile"),
                ("kill", "is ended"),
            ]
        default: nil
        }
    }
}
