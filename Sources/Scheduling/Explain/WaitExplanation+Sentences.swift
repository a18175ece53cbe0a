import FleetModel
import LeaseLedger

extension WaitExplanation {
    /// In plain English, the dominant reason first, with what would change it. Times are relative to the explanation's.
    package var sentences: [String] {
        switch self {
        case .waiting(let waiting): waiting.sentences
        case .granted(_, let user, let reasons, let at): reasons.map { $0.sentence(for: user, at: at) }
        case .refused(_, let refusal): [refusal.sentence]
        case .cancelled(let id, let by): ["Request \(id) was cancelled" + (by.map { " by \($0)." } ?? ".")]
        }
    }
}

extension WaitingExplanation {
    var sentences: [String] {
        var sentences = [reason.sentence(at: at)]
        if let advice = reason.advice(at: at) { sentences.append(advice) }
        if case .neverFits = reason { return sentences }
        sentences.append(place)
        if let held {
            sentences.append(holding(held))
        } else if reason.endsByWaiting, !reason.isLimit {
            sentences.append(notHeld)
        }
        if reason.endsByWaiting, !reason.says(expectedStart.earliest) { sentences.append(expectation) }
        return sentences
    }

    private var place: String {
        guard position > 1, let last = ahead.last else {
            return "Request \(id) is first in line\(lineLength > 1 ? " of \(lineLength)" : "")."
        }
        let others = position - 2
        let directly = "request \(last.id) of \(last.user)"
        let before = others == 0 ? directly : "\(others.counted("other request")) and \(directly)"
        return "It is number \(position) of \(lineLength) in line, after \(before): \(last.words(at: at, you: user))."
    }

    private func holding(_ held: HeldDevices) -> String {
        let what = held.devices.isEmpty ? "Cores and memory" : Words.gpus(held.devices.count)
        let verb = held.devices.count == 1 ? "has" : "have"
        return "\(what) on \(held.node) \(verb) been held for it for \((at - held.since).orInstant)."
    }

    private var notHeld: String {
        // Than one GPU nothing is smaller.
        (devices > 1 ? "Smaller requests may pass it. " : "")
            + "After \((holdsFrom - at).orInstant) more of waiting, what it needs is held for it."
    }

    private var expectation: String {
        guard let earliest = expectedStart.earliest else { return "Nothing says yet when it can start." }
        let early = Words.within(earliest, from: at)
        guard let latest = expectedStart.latest else {
            return "It can start \(early), unless leases are extended or others take what comes free."
        }
        let late = "It starts \(Words.within(latest, from: at)), unless leases are extended"
        return latest <= earliest ? late + "." : late + "; perhaps \(early)."
    }
}

extension WaitReason {
    /// Whether time alone can end the wait.
    var endsByWaiting: Bool {
        switch self {
        case .startsNow, .neverFits, .noNodeKnown, .teamLimit: false
        case .goesFirst, .heldForAnother, .devicesBusy, .coresBusy, .memoryBusy, .takenBack: true
        case .outOfContact, .cordoned, .devicesUnusable: true
        case .reserved: true
        case .limit(let hit): !hit.reached.isForGood
        case .ownReservation: false
        }
    }

    /// A limit's advice says when it lets somebody start: what comes no later is not said again.
    func says(_ start: Timestamp?) -> Bool {
        guard case .limit(let hit) = self, let start, let limit = hit.notBefore else { return false }
        return start <= limit
    }

    /// Nothing is held for who is at a limit.
    var isLimit: Bool {
        if case .limit = self { return true }
        return false
    }

    func sentence(at now: Timestamp) -> String {
        switch self {
        case .startsNow: "Nothing stands in its way: it starts with the next plan."
        case .neverFits(let refusal): refusal.sentence
        case .noNodeKnown: "No node has reported to Carrel yet."
        case .teamLimit(let team, let held, let asked, let limit):
            "Team \(team) holds \(held) of the \(Words.gpus(limit)) that it may hold at once, and this asks for \(asked) more."
        case .goesFirst(let ahead):
            "Request \(ahead.id) of \(ahead.user) takes the place first: \(ahead.words(at: now, you: nil))."
        case .heldForAnother(let id, let user, let since, let node, let until):
            "What it needs on \(node) is held for request \(id) of \(user), which has waited \((now - since).orInstant)"
                + " beyond its time and can start \(Words.within(until, from: now))."
        case .devicesBusy(let busy): busy.sentence(at: now)
        case .takenBack(let taken): taken.sentence(at: now)
        case .limit(let hit): hit.sentence
        case .reserved(let reserved): reserved.sentence(at: now)
        case .ownReservation(let own): own.sentence(at: now)
        case .coresBusy(let node, let devices, let asked, let free, let enough):
            (devices == 0 ? "" : devices == 1 ? "Its GPU is free, but " : "Its GPUs are free, but ")
                + "\(node) has \(free.words) free and it needs \(asked.text);"
                + " enough are back \(Words.within(enough, from: now))."
        case .memoryBusy(let node, let asked, let free, let enough):
            "\(node) has \(free.text) of memory free and it needs \(asked.text);"
                + " enough is back \(Words.within(enough, from: now))."
        case .outOfContact(let nodes):
            "Every node that could run it is out of contact: \(nodes.map(\.name).joined(separator: ", "))."
        case .cordoned(let nodes):
            "No new lease begins on \(nodes.map(\.name.name).joined(separator: ", ")), where it could run: "
                + (nodes.first?.why ?? "")
        case .devicesUnusable(let node, let asked, let missing, let frozen, let quarantined, let unproven, let outside):
            "It needs \(Words.gpus(asked)) and too few on \(node) can be used: \(missing) missing, \(frozen) claimed by work"
                + " that Carrel did not start, \(quarantined) in quarantine (`carrel quarantine`), \(unproven) in leases whose end is not known"
                + (outside == 0
                    ? "." : ", \(outside) used by processes that no lease accounts for (`carrel gpus` names them).")
        }
    }

    /// What would change it; nil: only waiting.
    func advice(at now: Timestamp) -> String? {
        switch self {
        case .teamLimit(let team, _, _, _):
            "It starts when a lease of team \(team) ends, or when an administrator raises the limit."
        case .heldForAnother(_, _, _, _, let until):
            until - now < .seconds(1)
                ? nil : "A lease of at most \((until - now).text) may use it before that."
        case .devicesBusy(let busy): busy.advice
        case .coresBusy: "Asking for fewer cores may start it sooner."
        case .memoryBusy: "Asking for less memory may start it sooner."
        case .outOfContact: "It can start when one of them is back in contact."
        case .cordoned: "It can start when an administrator lets leases begin there again, or another node has room."
        case .devicesUnusable:
            "It can start when enough of them can be used again; the list of GPUs says what is wrong with each (`carrel gpus`)."
        case .takenBack(let taken):
            "Their work then has \(taken.grace.orInstant) to end; what comes free is held for this request."
        case .neverFits: "It waits in case that changes. `carrel return` cancels it."
        case .reserved(let reserved): reserved.advice(at: now)
        case .limit(let hit): hit.advice(at: now)
        case .startsNow, .noNodeKnown, .goesFirst, .ownReservation: nil
        }
    }
}

extension WaitReason.TakenBack {
    func sentence(at now: Timestamp) -> String {
        let whose = leases.map { "lease \($0.id) of \($0.user) (\($0.team.name), \(Words.gpus($0.devices)))" }
        let first = whose.prefix(3).joined(separator: ", ")
        let more = whose.count > 3 ? ", and \(whose.count - 3) more" : ""
        let end = endsAt <= now ? "were asked to end" : "are asked to end in \((endsAt - now).orInstant)"
        return
            "What it needs on \(node.name) is being taken back for it, since its team is within its guarantee and these are beyond"
            + " theirs: \(first)\(more). They \(end)."
    }
}

extension WaitReason.BusyDevices {
    /// Only what the request leaves to change; nil: nothing.
    var advice: String? {
        switch (asked > 1, leavesOutKinds) {
        case (true, true): "Asking for fewer GPUs, or for any kind of GPU, may start it sooner."
        case (true, false): "Asking for fewer GPUs may start it sooner."
        case (false, true): "Asking for any kind of GPU may start it sooner."
        case (false, false): nil
        }
    }

    func sentence(at now: Timestamp) -> String {
        let named = holders.prefix(3)
        let ends = named.map { $0.freeAt.map { Words.forAtMost($0, from: now) } ?? "until nobody knows when" }
        // What is alike of all is said once, behind them.
        let isAlike = named.count > 1 && holders.count == named.count && Set(ends).count == 1
        let first = zip(named, ends).map { holder, end in
            "lease \(holder.lease) of \(holder.user) has \(holder.devices)" + (isAlike ? "" : " \(end)")
        }
        let more = isAlike ? ", each \(ends[0])" : holders.count > 3 ? ", and \(holders.count - 3) more" : ""
        let needs = asked == 1 ? "It needs 1 GPU" : "It needs \(Words.gpus(asked)) on one node"
        let matching = leavesOutKinds ? " of the matching ones" : ""
        let isFree = free == 0 ? "none\(matching) is free" : "\(free)\(matching) \(free == 1 ? "is" : "are") free"
        return "\(needs); on \(node), where it can start first, \(isFree): \(first.joined(separator: ", "))\(more)."
    }
}

extension Ahead {
    func words(at now: Timestamp, you: UserName?) -> String {
        switch why {
        case .guaranteed(let team, let held, let guarantee):
            "team \(team) holds \(held) of its \(guarantee) guaranteed GPUs"
        case .heldFor(let since): "what it needs has been held for it for \((now - since).orInstant)"
        case .usedLess(let theirs, let yours):
            "\(user) used \(Words.deviceHours(theirs)) GPU-h lately, \(you?.name ?? "this one's user") \(Words.deviceHours(yours))"
        case .older: "equal usage, and it is older"
        }
    }
}
