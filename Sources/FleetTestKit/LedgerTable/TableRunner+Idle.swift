import FleetModel
import LeaseLedger

extension TableRunner {
    /// `idle 1 warned release=45m`: spans from now on; `since` is how long it has rested, an hour where nobody says.
    mutating func idle(_ arguments: inout TableArguments) throws -> TableAnswer {
        let key = try TableArguments.attempt(arguments.next("an attempt"), ledger.state)
        let word = try arguments.next("a notice")
        let rest = try TableArguments.span(arguments.option("since") ?? "1h")
        let release = try arguments.option("release").map { now + (try TableArguments.span($0)) }
        let notice: IdleNotice
        switch word {
        case "advised": notice = .advised
        case "warned": notice = .warned(releaseAt: release)
        case "warnedAgain": notice = .warnedAgain(releaseAt: release ?? now + .minutes(15))
        case "wouldBeReleased": notice = .wouldBeReleased
        case "withdrawn": notice = .withdrawn
        case "released": notice = .released
        default: throw LedgerFault("  \(word) is no notice")
        }
        let since = Timestamp(milliseconds: now.milliseconds - rest.milliseconds)
        return try observation(.idle(key, notice, IdleEvidenceSummary(since: since)))
    }
}
