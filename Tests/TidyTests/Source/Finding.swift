/// One thing that is not as it should be: where, which rule, why there is such a rule, and what to do instead.
struct Finding: Hashable, CustomStringConvertible {
    let place: String
    let rule: String
    let reason: String
    let instead: String

    var description: String { "\(place): \(rule). Why: \(reason). Instead: \(instead)." }
}

/// A rule with its reason; finding something with it needs only the place and what was found.
struct Rule {
    let reason: String
    let instead: String

    func finding(_ place: String, _ what: String) -> Finding {
        Finding(place: place, rule: what, reason: reason, instead: instead)
    }
}
