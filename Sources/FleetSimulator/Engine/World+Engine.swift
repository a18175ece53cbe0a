import FleetModel
import LeaseLedger

/// What calls do to the engine, and what becomes of the work.
extension World {
    mutating func arrive(_ call: Call) {
        guard engine.isUp else { return }
        // One after the other: what hangs now is done later, in the same order.
        if let until = engine.hungUntil, until > now { return queue.add(.arrives(call), at: until) }
        guard let answer = carryOut(call.request) else { return }
        if strikes(.answerLost) { return }
        let late = strikes(.answerLate) || engine.slowUntil.map { $0 > now } ?? false
        let span = late ? delay(.seconds(5), .seconds(60)) : delay(TimeSpan(milliseconds: 1), TimeSpan(milliseconds: 100))
        plan(.answers(call, answer), in: span)
        if strikes(.answerDoubled) { plan(.answers(call, answer), in: span + delay(.zero, .seconds(2))) }
    }

    /// nil: there will be no answer.
    private mutating func carryOut(_ request: Call.Request) -> CallAnswer? {
        switch request {
        case .list: return .listed(engine.list)
        case .launch(let key, let node, let devices): return launch(key, node, devices)
        case .stop(let key, let force):
            guard let place = engine.index(of: key) else { return .done }
            guard engine.isReachable(engine.attempts[place].node) else { return .failed }
            stop(engine.attempts[place], force: force)
        case .verify(let key, let devices):
            let node = auditor.cases[key.lease]?.node ?? NodeName("")
            guard engine.isReachable(node) else { return .failed }
            if site(node)?.isWedged(at: now) ?? false { return nil }
            record(.looked(key, dirty: engine.dirty(at: now)))
            return .checks(engine.verify(devices, at: now))
        case .forget(let key):
            guard let place = engine.index(of: key) else { return .done }
            guard engine.isReachable(engine.attempts[place].node) else { return .failed }
            engine.forget(key)
        }
        return .done
    }

    private mutating func launch(_ key: AttemptKey, _ node: NodeName, _ devices: [DeviceKey]) -> CallAnswer {
        if !log.holds(key) { fail("attempt \(key) was launched before its start was durable") }
        guard engine.isReachable(node) else { return .failed }
        if engine.forgotten.contains(key) { return .alreadyOver }
        if engine.index(of: key) == nil, strikes(.launchRefused) { return .failed }
        let fate = fate(of: key, on: node, devices)
        guard engine.take(SimulatedEngine.Attempt(key: key, node: node, devices: devices, fate: fate)) else { return .done }
        record(.launched(key, node, devices))
        if strikes(.foundNeverBegan) {
            // The engine dies between writing the attempt down and beginning it.
            end(key, .neverBegan)
            crashEngine()
            return .done
        }
        if fate.runsFor == nil {
            plan(.ends(key, fate.outcome, .itself), in: fate.startsAfter)
        } else {
            plan(.begins(key), in: fate.startsAfter)
        }
        return .done
    }

    func site(_ name: NodeName) -> Site? { sites.first { $0.shape.name == name } }

    private mutating func fate(of key: AttemptKey, on node: NodeName, _ devices: [DeviceKey]) -> SimulatedEngine.Fate {
        let startsAfter = delay(TimeSpan(milliseconds: 2), .seconds(2))
        if let site = site(node), !site.has(devices) {
            let failure = LaunchFailure.deviceNodeMissing(path: "/dev/nvidia0")
            return SimulatedEngine.Fate(startsAfter: startsAfter, runsFor: nil, outcome: .launchFailed(because: failure))
        }
        if key.number == 1, strikes(.neverBeginsOften) { engine.reluctant[key.lease] = 1 + luck.below(6) }
        if key.number <= engine.reluctant[key.lease] ?? 0 || strikes(.attemptNeverBegins) {
            return SimulatedEngine.Fate(startsAfter: startsAfter, runsFor: nil, outcome: .neverBegan)
        }
        if strikes(.launchFails) {
            let failure = LaunchFailure.commandNotFound(command: "train")
            return SimulatedEngine.Fate(startsAfter: startsAfter, runsFor: nil, outcome: .launchFailed(because: failure))
        }
        let outcome: AttemptOutcome =
            work.below(8) == 0 ? .signalled(signal: 11) : .exited(code: Int32(work.pick([0, 0, 0, 1, 3, 137])))
        let runsFor = strikes(.exitedAtOnce) ? .zero : work.span(.seconds(10), options.crowd.longestLease + .minutes(30))
        return SimulatedEngine.Fate(
            startsAfter: startsAfter, runsFor: runsFor, outcome: outcome, obeys: !strikes(.ignoresTermination),
            leftoverFor: strikes(.leftoverProcess) ? work.span(.seconds(1), .minutes(5)) : nil,
            withstands: strikes(.unkillable) ? work.span(.seconds(10), .minutes(10)) : nil)
    }

    private mutating func stop(_ attempt: SimulatedEngine.Attempt, force: Bool) {
        if !attempt.isOld { record(.stopped(attempt.key, force: force)) }
        switch (attempt.phase, force) {
        case (.ended, _): break
        case (.preparing, _): end(attempt.key, .neverBegan, .stopped)
        case (.running, true):
            if let span = attempt.fate.withstands {
                plan(.ends(attempt.key, .signalled(signal: 9), .stopped), in: span)
            } else {
                end(attempt.key, .signalled(signal: 9), .stopped)
            }
            // What was computing when it was killed may leave its device unusable.
            guard let device = attempt.devices.first, strikes(.killedMidKernel) else { return }
            engine.stuck.append(device)
            plan(.deviceIsClean(device), in: luck.span(.minutes(1), .hours(2)))
        case (.running, false):
            guard attempt.fate.obeys else { return }
            let outcome: AttemptOutcome = work.below(2) == 0 ? .exited(code: 0) : .signalled(signal: 15)
            plan(.ends(attempt.key, outcome, .stopped), in: delay(TimeSpan(milliseconds: 5), .seconds(20)))
        }
    }

    mutating func begin(_ key: AttemptKey) {
        guard let place = engine.index(of: key), engine.attempts[place].phase == .preparing else { return }
        let fate = engine.attempts[place].fate
        engine.begin(key)
        record(.began(key))
        truthMayHaveChanged = true
        if (engine.begun[key] ?? 0) > 1 { fail("attempt \(key) began twice") }
        // A restored ledger goes by the engine's records: of work whose record is gone too nobody can know that it ran.
        let isUnknown = isRestored && engine.lostRecords.contains(key.lease)
        if (engine.begunByLease[key.lease] ?? 0) > 1, !isUnknown { fail("the work of lease \(key.lease) began twice") }
        if let runsFor = fate.runsFor { plan(.ends(key, fate.outcome, .itself), in: runsFor) }
        tellChange()
    }

    mutating func end(_ key: AttemptKey, _ outcome: AttemptOutcome, _ cause: Fact.EndCause = .itself) {
        guard let place = engine.index(of: key) else { return }
        let attempt = engine.attempts[place]
        var outcome = outcome
        if attempt.phase == .running, cause == .itself, strikes(.exitRecordMissing) { outcome = .killed }
        guard engine.end(key, outcome, at: now) else { return }
        let leftover = engine.attempts[place].leftoverUntil
        let isKnown = replica.requests[key.lease]?.lease?.startedAt != nil
        if !attempt.isOld, attempt.phase == .running, leftover == nil, isKnown, strikes(.recordLost) {
            engine.lose(key)
            outcome = .unknown
        }
        if !attempt.isOld { record(.ended(key, outcome, cause, leftoverUntil: leftover)) }
        tellChange()
    }

    private mutating func tellChange() {
        guard service.isUp, engine.isUp, !strikes(.changeNoticeLost) else { return }
        plan(.turns(life: service.life), in: delay(TimeSpan(milliseconds: 1), TimeSpan(milliseconds: 20)))
    }

    /// The engine's process dies. What runs goes on, unless its keeper died as well.
    mutating func crashEngine(leavingWork: Bool = false) {
        engine.isUp = false
        for attempt in engine.attempts where engine.isReachable(attempt.node) {
            if !leavingWork, attempt.phase == .running, strikes(.foundKilled) { end(attempt.key, .killed) }
        }
        plan(.engineStarts, in: delay(.seconds(1), .minutes(2)))
    }
}
