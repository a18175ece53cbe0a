import FleetModel
import FleetTestKit
import LeaseLedger

extension LedgerFuzz {
    /// Any attempt: mostly one that some lease has or had.
    mutating func someAttempt() -> AttemptKey {
        let id = someID()
        let newest = ledger.state.requests[id]?.lease?.attempt ?? 1
        let number = random.oneIn(10) ? Int(random.element(Self.extremes) ?? 0) : newest - (random.oneIn(4) ? 1 : 0)
        return AttemptKey(lease: id, number: number)
    }

    mutating func someOutcome() -> AttemptOutcome {
        let all: [AttemptOutcome] = [
            .exited(code: 0), .exited(code: .max), .exited(code: .min), .signalled(signal: 9), .signalled(signal: .max),
            .killed, .neverBegan, .neverBegan, .launchFailed(because: .sandbox(detail: "x")), .nodeLost,
        ]
        return random.element(all) ?? .killed
    }

    mutating func somePhase() -> AttemptStatus.Phase {
        switch random.number(0...9) {
        case 0..<2: .preparing
        case 2..<6: .running
        default: .ended(someOutcome())
        }
    }

    mutating func someChecks() -> [CleanCheck] {
        CleanCheck.Subject.allCases.filter { _ in !random.oneIn(6) }.map { subject in
            switch random.number(0...19) {
            case 0: CleanCheck(subject, .failed(detail: "\(random.number(0...2))"))
            case 1: CleanCheck(subject, .notChecked(reason: "no"))
            default: CleanCheck(subject, .passed)
            }
        }
    }

    mutating func sighting() -> Observation {
        switch random.number(0...16) {
        case 10: .unhealthy(someFault())
        case 11: recovery()
        case 12:
            random.oneIn(2)
                ? .suspected(someNode(), detail: "too many") : .trusted(someNode())
        case 13..<16: rest()
        case 16: .idleWatchBegan
        case 0..<2: .attemptRunning(someAttempt())
        case 2..<5: .attemptEnded(someAttempt(), someOutcome())
        case 5:
            .verified(random.oneIn(3) ? random.element(ledger.state.claims) ?? someAttempt() : someAttempt(), someChecks())
        case 6: .contact(NodeName("n\(random.number(1...4))"), random.oneIn(3) ? .lost : .known)
        case 7: .stray(someAttempt(), devices: someDevices())
        default: .strayGone(random.element(ledger.state.claims) ?? someAttempt())
        }
    }

    /// Any notice about anybody's rest, mostly of the last days.
    private mutating func rest() -> Observation {
        let span = random.oneIn(5) ? someNumber() : Int64(random.number(0...200_000_000))
        let time = now + TimeSpan(milliseconds: random.oneIn(5) ? someNumber() : Int64(random.number(0...3_600_000)))
        let all: [IdleNotice] = [
            .advised, .warned(releaseAt: nil), .warned(releaseAt: time), .warnedAgain(releaseAt: time), .wouldBeReleased,
            .withdrawn, .released, .released,
        ]
        let since = now + TimeSpan(milliseconds: span == .min ? .max : -span)
        // Few of those that wait or are over have any.
        let running = ledger.state.liveLeases.filter { $0.lease.phase == .running }
            .map { AttemptKey(lease: $0.id, number: $0.lease.attempt) }
        let key = random.oneIn(4) ? someAttempt() : random.element(running) ?? someAttempt()
        return .idle(key, random.element(all) ?? .advised, IdleEvidenceSummary(since: since))
    }

    private mutating func someDevices() -> [DeviceKey] {
        (0..<random.number(0...3)).map { _ in FleetBuilder.key("n\(random.number(1...4))", random.number(0...6)) }
    }

    /// A report of one of three nodes: mostly the same again, sometimes with devices gone, doubled, moved from another
    /// node, after another boot, or with sizes that no machine has.
    mutating func report() -> NodeReport {
        let name = "n\(random.number(1...3))"
        let known = (try? FleetBuilder.devices("a100:4,t4:2", on: name)) ?? []
        var devices = known.filter { _ in !random.oneIn(8) }
        if random.oneIn(6) { devices += (try? FleetBuilder.devices("a100:2", on: "n\(random.number(1...3))")) ?? [] }
        if random.oneIn(6), let device = devices.first { devices.append(device) }
        if random.oneIn(6), let device = devices.last {
            devices.append(
                Device(key: DeviceKey(device.key.name + "x"), model: "Tesla T4", memory: MemoryBytes(someNumber())))
        }
        if random.oneIn(3) { devices.reverse() }
        let wild = random.oneIn(8)
        let links = random.oneIn(2) ? devices.map { _ in devices.map { _ in Int(someNumber()) } } : []
        return NodeReport(
            node: NodeName(name), bootID: "boot-\(random.oneIn(10) ? 2 : 1)",
            cores: wild ? MilliCores(someNumber()) : .cores(16), memory: wild ? MemoryBytes(someNumber()) : .gibibytes(128),
            devices: devices, links: links)
    }

    mutating func someNode() -> NodeName { NodeName("n\(random.number(1...4))") }

    mutating func someDevice() -> DeviceKey {
        let slots = ledger.state.nodes.flatMap(\.slots)
        return random.oneIn(9) ? DeviceKey("nobody's") : random.element(slots)?.device.key ?? DeviceKey("none")
    }

    mutating func someFault() -> DeviceFault {
        let cure = random.element(Quarantine.Cure.allCases) ?? .retest
        return DeviceFault(
            someDevice(), .silent, cure: cure, endsWork: random.oneIn(3),
            counters: random.oneIn(2) ? DeviceCounters(uncorrectedErrors: someNumber()) : nil)
    }

    /// Mostly from the quarantine that a device is in.
    mutating func recovery() -> Observation {
        let out = ledger.state.nodes.flatMap(\.slots).filter { $0.quarantine != nil }
        let known = random.element(out)
        let other = Quarantine(.silent, cure: .retest, since: Timestamp(milliseconds: 1))
        return .recovered(
            known?.device.key ?? someDevice(), from: random.oneIn(5) ? other : known?.quarantine ?? other)
    }
}
