import FleetModel
import LeaseLedger

/// What calls do to the engine, and what becomes of the work.
extension World {
    mutating func arrive(_ call: Call) {
        guard engine.isUp else { return }
        let answer = carryOut(call.request)
        if strikes(.answerLost) { return }
        let late = strikes(.answerLate)
        let span = late ? delay(.seconds(5), .seconds(60)) : delay(TimeSpan(milliseconds: 1), TimeSpan(milliseconds: 100))
        plan(.answers(call, answer), in: span)
        if strikes(.answerDoubled) { plan(.answers(call, answer), in: span + delay(.zero, .seconds(2))) }
    }

    private mutating func carryOut(_ request: Call.Request) -> CallAnswer {
        switch request {
        case .list: return .listed(engine.list)
        case .launch(let key, let node, let devices): return launch(key, node, devices)
        case .stop(let key, let force):
            guard let place = engine.index(of: key) else { return .done }
            guard engine.isReachable(engine.attempts[place].node) else { return .failed }
            stop(engine.attempts[place], force: force)
        case .verify(let key, let devices):
            let node = auditor.cases[key.lease]?.node ?? NodeName("")
            return engine.isReachable(node) ? .checks(engine.verify(devices, at: now)) : .failed
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
        if engine.index(of: key) == nil, strikes(.launchRefused) { return .failed }
        let fate = fate(of: key)
        guard engine.take(SimulatedEngine.Attempt(key: key, node: node, devices: devices, fate: fate)) else { return .done }
        if strikes(.foundNeverBegan) {
            // The engine dies between writing the attempt down and beginning it.
            end(key, .neverBegan)
            crashEngine()
            return .done
        }
        if fate.runsFor == nil {
            plan(.ends(key, fate.outcome), in: fate.startsAfter)
        } else {
            plan(.begins(key), in: fate.startsAfter)
        }
        return .done
    }

    private mutating func fate(of key: AttemptKey) -> SimulatedEngine.Fate {
        let startsAfter = delay(TimeSpan(milliseconds: 2), .seconds(2))
        if strikes(.attemptNeverBegins) {
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
            leftoverFor: strikes(.leftoverProcess) ? work.span(.seconds(1), .minutes(5)) : nil)
    }

    private mutating func stop(_ attempt: SimulatedEngine.Attempt, force: Bool) {
        switch (attempt.phase, force) {
        case (.ended, _): break
        case (.preparing, _): end(attempt.key, .neverBegan)
        case (.running, true): end(attempt.key, .signalled(signal: 9))
        case (.running, false):
            guard attempt.fate.obeys else { return }
            let outcome: AttemptOutcome = work.below(2) == 0 ? .exited(code: 0) : .signalled(signal: 15)
            plan(.ends(attempt.key, outcome), in: delay(TimeSpan(milliseconds: 5), .seconds(20)))
        }
    }

    mutating func begin(_ key: AttemptKey) {
        guard let place = engine.index(of: key), engine.attempts[place].phase == .preparing else { return }
        let fate = engine.attempts[place].fate
        engine.begin(key)
        truthMayHaveChanged = true
        if (engine.begun[key] ?? 0) > 1 { fail("attempt \(key) began twice") }
        if (engine.begunByLease[key.lease] ?? 0) > 1 { fail("the work of lease \(key.lease) began twice") }
        if let runsFor = fate.runsFor { plan(.ends(key, fate.outcome), in: runsFor) }
        tellChange()
    }

    mutating func end(_ key: AttemptKey, _ outcome: AttemptOutcome) {
        engine.end(key, outcome, at: now)
        tellChange()
    }

    private mutating func tellChange() {
        guard service.isUp, engine.isUp, !strikes(.changeNoticeLost) else { return }
        plan(.turns(life: service.life), in: delay(TimeSpan(milliseconds: 1), TimeSpan(milliseconds: 20)))
    }

    /// The engine's process dies. What runs goes on, unless its keeper died as well.
    mutating func crashEngine() {
        engine.isUp = false
        for attempt in engine.attempts where engine.isReachable(attempt.node) {
            if attempt.phase == .running, strikes(.foundKilled) { end(attempt.key, .killed) }
        }
        plan(.engineStarts, in: delay(.seconds(1), .minutes(2)))
    }
}
