import FleetModel
import LeaseLedger

extension TableRunner {
    mutating func node(_ arguments: inout TableArguments) throws -> TableAnswer {
        let name = try arguments.next("a node"), devices = try arguments.next("devices")
        let without: [Int] =
            try arguments.option("without")?.split(separator: ",").map {
                try TableArguments.number(String($0))
            } ?? []
        let cores = try arguments.option("cores").map { MilliCores.cores(try TableArguments.number($0)) }
        let memory = try arguments.option("memory").map(MemoryBytes.init(parsing:))
        return try observation(
            .node(
                FleetBuilder.report(
                    name, devices, cores: cores ?? .cores(64), memory: memory ?? .gibibytes(512),
                    boot: arguments.option("boot") ?? "boot-1", leavingOut: without)))
    }

    mutating func seen(_ arguments: inout TableArguments) throws -> TableAnswer {
        let attempt = try TableArguments.attempt(arguments.next("an attempt"), ledger.state)
        let word = try arguments.next("what was seen")
        if word == "running" { return try observation(.attemptRunning(attempt)) }
        return try observation(.attemptEnded(attempt, arguments.outcome(word)))
    }

    mutating func verified(_ arguments: inout TableArguments) throws -> TableAnswer {
        let attempt = try TableArguments.attempt(arguments.next("an attempt"), ledger.state)
        var checks = try Self.checks(arguments.next("clean, dirty or unchecked"))
        let stuck = try arguments.option("stuck").map { try TableArguments.devices($0).keys } ?? []
        let given = try arguments.option("giveup").map { try TableArguments.devices($0).keys } ?? []
        checks += stuck.map { CleanCheck(.memoryReleased, .failed(detail: "2 GB are still taken"), on: $0) }
        let faults = given.map { DeviceFault($0, .memoryStuck(above: .gibibytes(2)), cure: .retest) }
        return try observation(.verified(attempt, checks, giveUp: faults))
    }

    mutating func unhealthy(_ arguments: inout TableArguments) throws -> TableAnswer {
        let device = try device(&arguments), word = try arguments.next("a cure")
        guard let cure = Quarantine.Cure(rawValue: word) else { throw LedgerFault("  \(word) is no cure") }
        let endsWork = try !arguments.isEmpty && arguments.next("ending") == "ending"
        return try observation(.unhealthy(DeviceFault(device, .xid(79), cure: cure, endsWork: endsWork)))
    }

    /// From the quarantine in force, or from one of another time.
    mutating func recovered(_ arguments: inout TableArguments) throws -> TableAnswer {
        let device = try device(&arguments)
        let isOld = try !arguments.isEmpty && arguments.next("old") == "old"
        let other = Quarantine(.silent, cure: .retest, since: now + .hours(1))
        let inForce = isOld ? nil : ledger.state.quarantine(of: device)
        return try observation(.recovered(device, from: inForce ?? other))
    }

    /// `foreign n1:0 42,43`, or `none`.
    mutating func foreign(_ arguments: inout TableArguments) throws -> TableAnswer {
        let device = try device(&arguments), word = try arguments.next("processes, or none")
        let pids: [Int32] =
            word == "none" ? [] : try word.split(separator: ",").map { try TableArguments.number(String($0)) }
        return try observation(.foreign(device, pids.map { DeviceProcess(pid: $0) }))
    }

    func device(_ arguments: inout TableArguments) throws -> DeviceKey { DeviceKey(try arguments.next("a device")) }

    mutating func stray(_ arguments: inout TableArguments) throws -> TableAnswer {
        let attempt = try TableArguments.attempt(arguments.next("an attempt"), ledger.state)
        return try observation(.stray(attempt, devices: TableArguments.devices(arguments.next("devices")).keys))
    }

    /// `clean`: everything passed; `dirty` and `dirtier`: something failed; `unchecked`: not everything was looked at.
    private static func checks(_ word: String) throws -> [CleanCheck] {
        if word == "nothing" { return [] }
        var checks = CleanCheck.Subject.allCases.map { CleanCheck($0, .passed) }
        switch word {
        case "clean": break
        case "dirty": checks[3] = CleanCheck(.memoryReleased, .failed(detail: "2 GB are still taken"))
        case "dirtier": checks[0] = CleanCheck(.processesGone, .failed(detail: "1 process is there"))
        case "unchecked": checks[5] = CleanCheck(.probePassed, .notChecked(reason: "there is no probe"))
        default: throw LedgerFault("  \(word) is neither clean, dirty, dirtier, unchecked nor nothing")
        }
        return checks
    }

    /// `owed 1/1 preparing, 2/1 running on=n1:0;1, 2/1 exited 0 pending=3/1`; `on=none`: on no device. `first=yes`: it is
    /// the first comparison of a server.
    func reconciliation(_ text: String) throws -> Reconciliation {
        var listed: [AttemptStatus] = [], pending: Set<AttemptKey> = [], isFirst = false
        let verb = text.prefix { !$0.isWhitespace }
        for part in text.dropFirst(verb.count).split(separator: ",") {
            var arguments = try TableArguments("\(verb) \(part)")
            while let word = arguments.option("pending") { pending.insert(try TableArguments.attempt(word, ledger.state)) }
            let on = arguments.option("on")?.replacing(";", with: ",")
            if arguments.option("first") != nil { isFirst = true }
            if arguments.isEmpty { continue }
            let attempt = try TableArguments.attempt(arguments.next("an attempt"), ledger.state)
            let word = try arguments.next("its phase")
            let phase: AttemptStatus.Phase
            switch word {
            case "preparing": phase = .preparing
            case "running": phase = .running
            default: phase = .ended(try arguments.outcome(word))
            }
            listed.append(
                AttemptStatus(key: attempt, phase: phase, devices: try on.map { try TableArguments.devices($0).keys }))
            try arguments.finish()
        }
        return Reconciliation(ledger.state, at: now, listed: listed, pending: pending, isFirst: isFirst)
    }

    mutating func engine(_ text: String) throws -> TableAnswer {
        var items: [String] = []
        for told in try reconciliation(text).observations {
            guard case .items(let came) = try observation(told) else { continue }
            items += came
        }
        return .items(items)
    }
}
