package import FleetModel
package import LeaseLedger

extension WaitReason {
    /// A limit that keeps a request waiting.
    package struct LimitHit: Hashable, Sendable {
        package let reached: LimitReached
        /// When limits let it start if leases end as they say and nothing else begins; nil: nothing says when.
        package let notBefore: Timestamp?

        var sentence: String {
            switch reached {
            case .devices(let owner, let held, let asked, let limit):
                "\(owner.words) has \(held) of the \(Words.gpus(limit)) that \(owner.words) may hold at once, and this asks for \(asked)\(held > 0 ? " more" : "")."
            case .week(let owner, let used, let asked, let hours):
                "\(owner.words) has used, or may still use in leases that run, \(Words.deviceHours(used.milliseconds)) of "
                    + "\(hours) GPU-hours in seven days, and this asks for \(Words.deviceHours(asked.milliseconds))."
            case .longest(let owner, let asked, let longest):
                "A lease of \(owner.words) lasts \(longest.text) at most, extensions included, and this asks for \(asked.text)."
            }
        }

        func advice(at now: Timestamp) -> String {
            if case .longest(_, _, let longest) = reached {
                return
                    "While that limit holds it can't start. Return this request and ask again for \(longest.typed) or less, or let an administrator raise the limit."
            }
            if reached.isForGood {
                return
                    "While that limit holds it can't start. Ask for less, or let an administrator raise it."
            }
            switch reached {
            case .longest: return ""
            case .devices:
                return "It can start when a lease of theirs comes back" + (notBefore.map { when($0, now) } ?? "")
                    + "; meanwhile others are not held up by it."
            case .week:
                let soon = "As old use passes out of the seven days it can start"
                return (notBefore.map { soon + when($0, now) } ?? soon)
                    + ", and sooner when leases are returned early. A shorter lease needs less."
            }
        }

        private func when(_ time: Timestamp, _ now: Timestamp) -> String { ", \(Words.within(time, from: now))" }
    }
}

extension SchedulingPass {
    func limitHit(_ reached: LimitReached, _ record: RequestRecord) -> WaitReason.LimitHit {
        WaitReason.LimitHit(
            reached: reached,
            notBefore: state.withinLimits(
                record.user, in: record.team, asking: record.resources.devices.count, lasting: record.duration, at: now))
    }
}
