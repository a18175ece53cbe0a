import FleetModel
import LeaseLedger

/// A ledger with a past in which every kind of event occurs: something to write down and to read again.
package enum SampleHistory {
    /// - Parameter rounds: how often the same things happen after one another, some forty events each time.
    package static func ledger(rounds: Int = 1) throws -> RecordedLedger {
        var past = Past()
        for round in 0..<rounds { try past.add(round) }
        return past.ledger
    }

    private struct Past {
        var ledger = RecordedLedger()
        var now = ManualClock.start
        let root = Requester(UserName("root"), isAdministrator: true)
        let alice = UserName("alice"), node = NodeName("n1")

        mutating func add(_ round: Int) throws {
            var policy = SchedulingPolicy()
            policy.grace = .seconds(Int64(60 + round % 60))
            policy.waitingLimit = 1_000 + round
            try command(.setPolicy(policy, by: root))
            let team = TeamName("physics-\(round) \u{1F52D}")
            try command(.setTeam(TeamChange(name: team, guarantee: 2, limit: .devices(4), adding: [alice]), by: root))
            let boot = "boot-\(round)"
            try see(.node(FleetBuilder.report("n1", "a100:4,t4:1", boot: boot, links: FleetBuilder.pairedLinks(5))))
            try see(.node(FleetBuilder.report("n1", "a100:4,t4:1", boot: boot, leavingOut: [3])))
            let first = ledger.state.nextID.number
            for asked in 0..<5 { try submit(devices: asked % 3) }
            try command(
                .adopt(
                    Plan(
                        grants: (0..<3).map { grant(first + $0) },
                        refusals: [
                            RefusedRequest(id: LeaseID(first + 3), refusal: .tooManyDevices(asked: 9, mostOnOneNode: 5))
                        ])))
            try command(.giveBack(LeaseID(first + 4), by: Requester(alice)))
            try see(.attemptRunning(key(first)))
            try see(.attemptEnded(key(first + 1), .neverBegan))
            try see(
                .attemptEnded(key(first + 1, 2), .launchFailed(because: .directoryForbidden(path: "/home/é", user: "alice")))
            )
            try command(.extend(LeaseID(first), by: .hours(1), Requester(alice)))
            try see(.contact(node, .lost))
            try see(.contact(node, .known))
            now = now + .hours(30)
            try command(.advanceClock)
            try end(first, round)
            try see(.stray(key(first, 1), devices: [FleetBuilder.key("n1", 4)]))
            try see(.strayGone(key(first, 1)))
            try command(.removeTeam(team, by: root))
        }

        private mutating func end(_ first: Int64, _ round: Int) throws {
            let failed = [
                CleanCheck(.memoryReleased, .failed(detail: "\(round) bytes")), CleanCheck(.processesGone, .passed),
            ]
            try see(.attemptEnded(key(first), .exited(code: 3)))
            try see(.attemptEnded(key(first + 2), .signalled(signal: 9)))
            try see(.verified(key(first + 1, 2), failed))
            try see(.verified(key(first), [CleanCheck(.probePassed, .notChecked(reason: "none"))]))
            try see(.verified(key(first + 1, 2), CleanCheck.Subject.allCases.map { CleanCheck($0, .passed) }))
            try see(.verified(key(first + 2), []))
        }

        private mutating func submit(devices: Int) throws {
            let resources = ResourceRequest(
                devices: DeviceSelector(count: devices, modelWords: devices > 0 ? ["a100"] : []), cores: .cores(2),
                memory: .gibibytes(8), duration: .hours(24))
            try command(.submit(Submission(user: alice, name: "Übung \(devices)", kind: .session, resources: resources)))
        }

        private func grant(_ id: Int64) -> Grant {
            let asked = ledger.state.requests[LeaseID(id)]?.resources.devices.count ?? 0
            let indices = asked == 1 ? [0] : asked == 2 ? [1, 2] : []
            return Grant(
                id: LeaseID(id),
                allocation: Allocation(
                    node: node, devices: indices.map { FleetBuilder.key("n1", $0) }, cores: .cores(2), memory: .gibibytes(8)),
                reasons: [
                    .usedLeast(used: id, next: UserName("bob"), nextUsed: 7), .oldest(of: 3), .passed(requests: 1),
                    .guaranteed(team: .everyone, held: 1, guarantee: 2), .backfilled(holder: LeaseID(id), freeUntil: now),
                    .held(since: now), .nobodyElseWaited,
                ])
        }

        private func key(_ lease: Int64, _ number: Int = 1) -> AttemptKey {
            AttemptKey(lease: LeaseID(lease), number: number)
        }

        private mutating func command(_ command: Command) throws {
            now = now + .seconds(1)
            if case .failure(let rejection) = try ledger.handle(command, at: now) {
                throw LedgerFault("the sample history was rejected: \(rejection) of \(command)")
            }
        }

        private mutating func see(_ observation: Observation) throws {
            now = now + .seconds(1)
            if try ledger.handle(observation, at: now).isEmpty { throw LedgerFault("nothing came of \(observation)") }
        }
    }
}
