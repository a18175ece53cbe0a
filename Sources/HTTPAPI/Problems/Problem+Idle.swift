import FleetModel
import WireModel

extension Problem {
    static func keptAlready(_ id: LeaseID, _ holds: TimeSpan, _ again: TimeSpan) -> Problem {
        let rest = holds > .zero ? ", and that holds for another \(holds.rounded.text)" : ""
        return Problem(
            "kept-already", title: "Kept already", status: 409,
            detail:
                "Lease \(id) was kept a short time ago\(rest). It can be kept again in \(again.rounded.text); nothing was changed.",
            exitCode: 1, request: id.number)
    }
}

extension TimeSpan {
    /// To whole seconds, upwards: what is said to be over is over.
    fileprivate var rounded: TimeSpan { .seconds((milliseconds + 999) / 1_000) }
}
