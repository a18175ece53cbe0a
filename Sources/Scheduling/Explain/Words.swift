package import FleetModel
package import LeaseLedger

/// Small pieces of the sentences.
enum Words {
    static func gpus(_ count: Int) -> String { count.counted("GPU") }

    /// By the ends of leases, which may come back earlier: `within 2h 5m`, `any moment now`.
    static func within(_ time: Timestamp, from now: Timestamp) -> String {
        time <= now ? "any moment now" : "within \((time - now).text)"
    }

    /// How long a lease may last: `for at most 2h 5m`.
    static func forAtMost(_ time: Timestamp, from now: Timestamp) -> String {
        time <= now ? "and is about to give back" : "for at most \((time - now).text)"
    }

    /// Device-milliseconds as device-hours with one digit after the point: `3.1`.
    static func deviceHours(_ milliseconds: Int64) -> String {
        let tenths = milliseconds / 360_000 + (milliseconds % 360_000 >= 180_000 ? 1 : 0)
        return "\(tenths / 10).\(tenths % 10)"
    }
}

extension TimeSpan {
    /// As `text`, and `0s` for what is over or less than a second.
    var orInstant: String { self < .seconds(1) ? "0s" : text }
}

extension GrantReason {
    /// In plain English, for the user who got the devices.
    ///
    /// - Parameter at: when they were granted.
    package func sentence(for user: UserName, at: Timestamp) -> String {
        switch self {
        case .nobodyElseWaited: "Nobody else was waiting."
        case .guaranteed(let team, let held, let guarantee):
            "Team \(team) was below its guarantee: it held \(held) of \(guarantee) GPUs."
        case .usedLeast(let used, let next, let nextUsed):
            "\(user) first: \(Words.deviceHours(used)) GPU-h lately, \(next) \(Words.deviceHours(nextUsed))."
        case .oldest(let count): "It was the oldest of \(count.counted("request")) of equal standing."
        case .passed(let requests): "It passed \(requests.counted("request")) that did not fit."
        case .backfilled(let holder, let freeUntil):
            "It runs on GPUs held for request \(holder), which can't start for another \((freeUntil - at).orInstant)."
        case .takenBack(let leases):
            "Its GPUs were taken back for it from \(leases.counted("lease")) beyond the guarantees of their teams."
        case .held(let since): "It had waited so long that GPUs were held for it, for \((at - since).orInstant)."
        }
    }
}

extension ReservationEnd {
    /// As a part of a sentence: `is over`.
    package var words: String {
        switch self {
        case .over: "is over"
        case .lapsed: "lapsed, since nobody used it"
        case .cancelled(let user): "was cancelled by \(user)"
        }
    }
}

extension Refusal {
    /// Why it can never be placed, and what would change it.
    package var sentence: String {
        switch self {
        case .noDevices: "The pool has no GPU. Ask for 0 GPUs to run on the CPU."
        case .noSuchModel(let asked, let present):
            "No GPU of the pool matches “\(asked)”. There is: \(present.joined(separator: ", ")). `carrel gpus` lists them."
        case .noDeviceOfThatMemory(let asked, let smallest, let largest):
            "No GPU of the pool matches \(asked): they have "
                + "\(smallest == largest ? smallest.text : "\(smallest.text) to \(largest.text)") of memory."
        case .tooManyDevices(let asked, let most):
            "\(Words.gpus(asked)) of that kind are on no node: the most on one is \(most). Ask for \(most) or fewer."
        case .tooManyCores(let asked, let most):
            "No node has \(asked.words): the largest has \(most.text). Ask for fewer."
        case .tooMuchMemory(let asked, let most):
            "No node has \(asked.text) of memory: the largest has \(most.text). Ask for less."
        case .neverTogether:
            "Its GPUs, cores and memory are all there, but not together on any node. Ask for less of one of them."
        case .aboveTeamLimit(let team, let asked, let limit):
            "\(Words.gpus(asked)) are more than team \(team) may hold at once (\(limit)). Ask for fewer, or let an administrator "
                + "raise the limit."
        case .reservationOver(let id, let end):
            "Reservation \(id), under which it was to run, \(end.words). Ask again without a reservation, or reserve anew."
        case .begunBeforeRestore:
            "The ledger was restored from a backup in which it waited, and its work had begun since: nothing says how far it "
                + "came, and it is not run twice. What it wrote is kept beneath `logs` in the data directory; submit it again if it is needed."
        }
    }
}
