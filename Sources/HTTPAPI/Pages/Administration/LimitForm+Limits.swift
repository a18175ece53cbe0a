import FleetModel
import WebPages
import WireModel

extension LimitOwnerName {
    init(_ owner: LimitOwner?) {
        switch owner {
        case nil: self = .everybody
        case .user(let name): self = .user(name.name)
        case .team(let name): self = .team(name.name)
        }
    }
}

extension LimitPolicy {
    /// nil as an owner is everybody. nil: there are none.
    func entry(of owner: LimitOwner?) -> UseLimits? {
        switch owner {
        case nil: everybody == .none ? nil : everybody
        case .user(let name): users.first { $0.name == name }?.limits
        case .team(let name): teams.first { $0.name == name }?.limits
        }
    }

    mutating func set(_ limits: UseLimits?, of owner: LimitOwner?) {
        switch owner {
        case nil: setEverybody(limits ?? .none)
        case .user(let name): set(limits, of: name)
        case .team(let name): set(limits, of: name)
        }
    }
}

extension LimitForm {
    init(_ body: FormBody) {
        self.init()
        kind = body["kind"] == "team" ? "team" : "user"
        name = body["name"] ?? ""
        gpus = body["gpus"] ?? ""
        hours = body["hours"] ?? ""
        longest = body["longest"] ?? ""
        version = body["version"] ?? ""
    }

    /// What was typed; nil: not all of it can be taken, and `mistakes` says what.
    mutating func limits(isTeam: Bool) -> UseLimits? {
        mistakes[.gpus] = nil
        let atOnce = number(gpus, UseLimits.mostDevices, .gpus), aWeek = number(hours, UseLimits.mostHours, .hours)
        if isTeam, !gpus.allSatisfy(\.isWhitespace) {
            mistakes[.gpus] = "How many GPUs a team may hold at once is kept with the team, under Teams. Leave this empty."
        }
        var span: TimeSpan?
        if !longest.allSatisfy(\.isWhitespace) {
            do throws(TimeSpan.ParseError) { span = try TimeSpan(parsing: longest) } catch {
                mistakes[.longest] = error.words("time")
            }
            if let span, span <= .zero || span > .days(365 * 100) {
                mistakes[.longest] = "A lease lasts more than nothing, and less than a hundred years."
            }
        }
        guard mistakes.isEmpty else { return nil }
        return UseLimits(devicesAtOnce: atOnce, deviceHoursAWeek: aWeek, longestLease: span)
    }

    private mutating func number(_ text: String, _ most: Int, _ field: Field) -> Int? {
        let text = text.trimmingBlanks
        guard !text.isEmpty else { return nil }
        guard let number = Int(text), (0...most).contains(number) else {
            mistakes[field] = "“\(text.shown)” is no whole number from 0 to \(most)."
            return nil
        }
        return number
    }
}

extension UseLimits {
    /// What is less than before, a sentence each; empty: nothing is taken from anybody.
    func takenAway(from before: UseLimits, of who: String) -> [String] {
        var sentences: [String] = []
        if let devicesAtOnce, devicesAtOnce < before.devicesAtOnce ?? .max {
            let was = before.devicesAtOnce.map { "\($0)" } ?? "as many as there are"
            sentences.append("\(who) may hold \(devicesAtOnce.counted("GPU")) at once, instead of \(was).")
        }
        if let deviceHoursAWeek, deviceHoursAWeek < before.deviceHoursAWeek ?? .max {
            let was = before.deviceHoursAWeek.map { "\($0)" } ?? "any number"
            sentences.append("\(who) may use \(deviceHoursAWeek.counted("GPU-hour")) in seven days, instead of \(was).")
        }
        if let longestLease, longestLease < before.longestLease ?? .forever {
            let was = before.longestLease?.text ?? "what the policy says"
            sentences.append("A lease of \(who) lasts \(longestLease.text) at most, instead of \(was).")
        }
        return sentences
    }
}

extension String {
    var trimmingBlanks: String {
        var rest = self[...]
        while rest.first?.isWhitespace ?? false { rest.removeFirst() }
        while rest.last?.isWhitespace ?? false { rest.removeLast() }
        return String(rest)
    }
}
