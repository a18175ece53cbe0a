import FleetModel
import LeaseLedger

extension TableRunner {
    mutating func request(_ arguments: inout TableArguments) throws -> TableAnswer {
        let id = try arguments.lease(), user = try arguments.user()
        let devices = try TableArguments.selector(arguments.next("what it wants"))
        let span = try arguments.optionalSpan()
        let resources = ResourceRequest(
            devices: devices, cores: try arguments.option("cores").map(MilliCores.init(parsing:)),
            memory: try arguments.option("memory").map(MemoryBytes.init(parsing:)), duration: span,
            reservation: try arguments.option("under").map { ReservationID(try TableArguments.number($0)) })
        let kind = arguments.option("kind").flatMap(WorkKind.init(rawValue:)) ?? .job
        let name = arguments.option("name") ?? "work"
        if ledger.state.nextID != id { throw LedgerFault("  the next request is \(ledger.state.nextID), not \(id)") }
        let wishes = WorkWishes(
            warnSignal: arguments.option("signal").flatMap { SignalNumber(parsing: $0) },
            warnBefore: try arguments.option("before").map(TableArguments.span),
            requeues: arguments.option("requeue") == "yes")
        return try command(.submit(Submission(user: user, name: name, kind: kind, resources: resources, wishes: wishes)))
    }

    mutating func extend(_ arguments: inout TableArguments) throws -> TableAnswer {
        let id = try arguments.lease()
        let span = try TableArguments.span(arguments.next("a span"))
        return try command(.extend(id, by: span, arguments.requester()))
    }

    mutating func revoke(_ arguments: inout TableArguments) throws -> TableAnswer {
        let id = try arguments.lease(), requester = try arguments.requester()
        var words: [String] = []
        while !arguments.isEmpty { words.append(try arguments.next("a reason")) }
        let bytes = try arguments.option("bytes").map { try TableArguments.number($0) as Int }
        let reason = bytes.map { String(repeating: "x", count: $0) } ?? words.joined(separator: " ")
        return try command(
            .revoke(
                id, reason: reason.split(separator: "BELL", omittingEmptySubsequences: false).joined(separator: "\u{7}"),
                by: requester))
    }

    mutating func policy(_ arguments: inout TableArguments) throws -> TableAnswer {
        let requester = try arguments.requester()
        var policy = ledger.state.policy
        if let span = arguments.option("default") { policy.defaultDuration = try TableArguments.span(span) }
        if let span = arguments.option("longest") { policy.longestDuration = try TableArguments.span(span) }
        if let span = arguments.option("hold") { policy.holdAfter = try TableArguments.span(span) }
        if let span = arguments.option("halflife") { policy.usageHalfLife = try TableArguments.span(span) }
        if let span = arguments.option("grace") { policy.grace = try TableArguments.span(span) }
        if let mode = arguments.option("idle") {
            guard let mode = IdleSettings.Mode(rawValue: mode) else {
                throw LedgerFault("  \(mode) is no way of idle return")
            }
            policy.idle.mode = mode
        }
        if let span = arguments.option("dryrun") { policy.idle.dryRun = try TableArguments.span(span) }
        if let span = arguments.option("keepfor") { policy.idle.keepFor = try TableArguments.span(span) }
        if let span = arguments.option("keepevery") { policy.idle.keepEvery = try TableArguments.span(span) }
        if let word = arguments.option("foreign") {
            guard let foreign = ForeignPolicy(rawValue: word) else { throw LedgerFault("  \(word) is no policy") }
            policy.foreign = foreign
        }
        if let span = arguments.option("warnafter") { policy.idle.job.warnAfter = try TableArguments.span(span) }
        if let count = arguments.option("waiting") { policy.waitingLimit = try TableArguments.number(count) }
        if let word = arguments.option("reclaim") { policy.reclaim.isOn = word == "on" }
        if let span = arguments.option("notice") { policy.reclaim.notice = try TableArguments.span(span) }
        if let span = arguments.option("minimum") { policy.reclaim.minimumRun = try TableArguments.span(span) }
        if let word = arguments.option("reserving") {
            guard let who = ReservationPolicy.Who(rawValue: word) else { throw LedgerFault("  \(word) reserve nothing") }
            policy.reservations.who = who
        }
        try limit(&policy.limits, &arguments)
        if let count = arguments.option("reserved") { policy.reservations.mostDevices = try TableArguments.number(count) }
        if let span = arguments.option("unused") { policy.reservations.unusedGrace = try TableArguments.span(span) }
        if let micros = arguments.option("electricity") {
            policy.electricity = ElectricityPrice(
                microsPerKilowattHour: try TableArguments.number(micros), currency: "EUR")
        }
        return try command(.setPolicy(policy, by: requester))
    }

    /// `move alice physics root!`, `move alice none root!`
    mutating func move(_ arguments: inout TableArguments) throws -> TableAnswer {
        let user = try arguments.user(), team = try arguments.next("a team")
        return try command(.move(user, to: team == "none" ? nil : TeamName(team), by: arguments.requester()))
    }

    mutating func team(_ arguments: inout TableArguments) throws -> TableAnswer {
        let name = TeamName(try arguments.next("a team"))
        let requester = try arguments.requester()
        var adding: [UserName] = [], removing: [UserName] = []
        while !arguments.isEmpty {
            let word = try arguments.next("a member")
            if word.hasPrefix("+") {
                adding.append(UserName(String(word.dropFirst())))
            } else if word.hasPrefix("-") {
                removing.append(UserName(String(word.dropFirst())))
            } else {
                throw LedgerFault("  \(word): a member comes as +\(word) or goes as -\(word)")
            }
        }
        let limit: TeamChange.Limit? = try arguments.option("limit").map {
            $0 == "none" ? .none : .devices(try TableArguments.number($0))
        }
        return try command(
            .setTeam(
                TeamChange(
                    name: name, guarantee: try arguments.option("guarantee").map { try TableArguments.number($0) },
                    limit: limit, adding: adding, removing: removing), by: requester))
    }
}
