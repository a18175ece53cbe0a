package import FleetModel
package import LeaseLedger

/// Small pieces of the sentences.
enum Words {
    static func gpus(_ count: Int) -> String { Words.count(count, "GPU") }

    static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    /// `in 2h 5m`, `any moment now`.
    static func when(_ time: Timestamp, from now: Timestamp) -> String {
        time <= now ? "any moment now" : "in \((time - now).text)"
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
        case .oldest(let count): "It was the oldest of \(Words.count(count, "request")) of equal standing."
        case .passed(let requests): "It passed \(Words.count(requests, "request")) that did not fit."
        case .backfilled(let holder, let freeUntil):
            "It runs on GPUs held for request \(holder), which can't start for another \((freeUntil - at).orInstant)."
        case .held(let since): "It had waited so long that GPUs were held for it, for \((at - since).orInstant)."
        }
    }
}

extension Refusal {
    /// In plain English, with what would have to change.
    package var sentence: String {
        switch self {
        case .noDevices: "No node has a GPU; ask for none (--gpus 0)."
        case .noSuchModel(let asked, let present):
            "No node has a GPU of model \(asked); there is: \(present.joined(separator: ", "))."
        case .noDeviceOfThatMemory(let asked, let smallest, let largest):
            "No GPU matches \(asked): they have \(smallest == largest ? smallest.text : "\(smallest.text) to \(largest.text)")."
        case .tooManyDevices(let asked, let most):
            "It asks for \(Words.gpus(asked)) on one node, and no node has more than \(most) that match."
        case .tooManyCores(let asked, let most): "It asks for \(asked.text) cores, and no node has more than \(most.text)."
        case .tooMuchMemory(let asked, let most):
            "It asks for \(asked.text) of memory, and no node has more than \(most.text)."
        case .neverTogether:
            "Its GPUs, cores and memory are all there, but not together on any node; ask for less of one of them."
        case .aboveTeamLimit(let team, let asked, let limit):
            "It asks for \(Words.gpus(asked)), and team \(team) may hold at most \(limit) at once."
        }
    }
}
