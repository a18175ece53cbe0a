import FleetModel
import LeaseLedger
import Testing

@testable import Scheduling

/// What is reserved, as the scheduler sees it.
@Suite struct ReservationPlanTests {
    @Test func shorterWorkIsBackfilledAndLongerWaits() throws {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 2)
        ledger.reserve("alice", 2, in: .hours(2), for: .hours(2))
        let long = ledger.ask("bob", time: .hours(3))
        let short = ledger.ask("bob", time: .hours(2))
        #expect(ledger.schedule() == ["\(short)@n1:a"])
        #expect(
            ledger.sentences(long).prefix(2) == [
                "2 GPUs on n1 are reserved for alice, for 2h, beginning in 2h.",
                "A lease of at most 2h may use what is free before that.",
            ])
        ledger.pass(.hours(4))
        ledger.finish(short)
        ledger.pass(.zero)
        #expect(ledger.schedule() == ["\(long)@n1:a"])
    }

    @Test func itsOwnerGetsItAndNobodyElse() throws {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 2)
        ledger.reserve("alice", 1, in: .hours(1), for: .hours(2))
        let mine = ledger.ask("alice", time: .hours(5), under: 1)
        let others = ledger.ask("bob", "2", time: .hours(5))
        #expect(ledger.schedule() == [])
        #expect(ledger.sentences(mine).first == "Reservation 1 begins in 1h.")
        ledger.pass(.hours(1))
        #expect(ledger.schedule() == ["\(mine)@n1:a"])
        #expect(ledger.state.requests[mine]?.lease?.endsAt == ledger.now + .hours(2))
        ledger.begin(mine)
        ledger.pass(.hours(2))
        ledger.finish(mine)
        #expect(ledger.schedule() == ["\(others)@n1:ab"])
    }

    @Test func elsewhereIsUsedFirst() throws {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 1)
        ledger.node("n2", gpus: 2)
        ledger.reserve("alice", 1, in: .hours(1), for: .hours(2))
        let long = ledger.ask("bob", time: .hours(9))
        #expect(ledger.schedule() == ["\(long)@n2:a"])
    }

    /// Beside a reservation an overdue request is held for where it can start, and nothing is held for what can't.
    @Test func aHoldLiesBesideWhatIsReserved() throws {
        var ledger = TestLedger(holdAfter: .zero)
        ledger.node("n1", gpus: 1)
        ledger.reserve("alice", 1, in: .hours(2), for: .hours(2))
        let long = ledger.ask("bob", time: .hours(3))
        let short = ledger.ask("carol", time: .hours(1))
        #expect(ledger.schedule() == ["\(short)@n1:a"])
        let waiting = try ledger.explain(long)
        #expect(waiting.expectedStart.latest == ledger.now + .hours(4))
    }

    /// No idle lease is returned for work that waits for its own reservation.
    @Test func whoWaitsForTheirReservationWantsNothingElse() throws {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 2)
        let other = ledger.ask("bob", time: .hours(9))
        ledger.schedule()
        ledger.reserve("alice", 1, in: .hours(1), for: .hours(2))
        ledger.ask("alice", under: 1)
        #expect(!DeviceDemand(ledger.state).wants(other))
        ledger.ask("carol", "2")
        #expect(DeviceDemand(ledger.state).wants(other))
    }

    @Test func whatIsReservedIsNotTakenBack() throws {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 1)
        ledger.team("vision", guarantee: 1, members: ["carol"])
        ledger.reserve("alice", 1, in: .hours(1), for: .hours(9))
        ledger.pass(.hours(1))
        let mine = ledger.ask("alice", time: .hours(5), under: 1)
        #expect(ledger.schedule() == ["\(mine)@n1:a"])
        ledger.begin(mine)
        ledger.pass(.hours(2))
        ledger.ask("carol", time: .hours(1))
        #expect(ledger.schedule() == [])
    }
}

/// Whether a reservation can be kept, judged a second time by trying every choice of devices at every moment.
@Suite struct ReservationOracleTests {
    @Test(arguments: 1...40) func isAcceptedExactlyWhenItCanBeKept(seed: Int) throws {
        var crowd = ReservedCrowd(seed: UInt64(seed))
        for _ in 1...60 {
            crowd.step()
            try crowd.judge()
            #expect(crowd.ledger.state.violations == [])
        }
        #expect(crowd.accepted > 0 && crowd.rejected > 0)
    }
}

/// A small pool on which people run and reserve at random.
private struct ReservedCrowd {
    var random: TestRandom
    var ledger = TestLedger(takesBack: false)
    private(set) var accepted = 0
    private(set) var rejected = 0

    init(seed: UInt64) {
        random = TestRandom(seed: seed &* 104_729)
        for number in 1...(1 + random.below(3)) {
            ledger.node(
                "n\(number)", gpus: 1 + random.below(4), models: random.chance(30) ? ["NVIDIA A100", "NVIDIA A10"] : [],
                cores: Int64(random.pick([4, 8, 64])), memory: Int64(random.pick([200, 1_000])))
        }
    }

    mutating func step() {
        for _ in 0..<random.below(3) {
            let under =
                random.chance(30) ? ledger.state.reservations.first { $0.owner == .user(UserName("alice")) }?.id : nil
            if let under {
                ledger.ask("alice", time: .minutes(Int64(10 + random.below(300))), under: under.number)
            } else {
                ledger.ask("bob", random.pick(["0", "1", "1", "2", "a10:1"]), time: .minutes(Int64(10 + random.below(300))))
            }
        }
        ledger.schedule()
        for (id, _, lease) in ledger.state.liveLeases {
            let mayEnd = lease.phase == .ending || random.chance(20)
            switch lease.phase {
            case .starting: ledger.begin(id)
            case .running, .ending: if mayEnd { ledger.end(id) }
            case .verifying: ledger.verify(id)
            case .pledged, .closed: break
            }
        }
        if random.chance(10) { ledger.lose("n1") }
        if random.chance(40) { ledger.see(.contact(NodeName("n1"), .known)) }
        ledger.pass(.minutes(Int64(random.below(40))))
    }

    /// Asks for something and compares the answer with the oracle's.
    mutating func judge() throws {
        let selector = try DeviceSelector(parsing: random.pick(["1", "1", "2", "3", "a10:1", "a100:2"]))
        let from = ledger.now + .minutes(Int64(random.below(400))), span = TimeSpan.minutes(Int64(1 + random.below(300)))
        let expected = ReservationOracle(ledger.state, ledger.now).canKeep(selector, from, from + span)
        let wish = NewReservation(
            owner: .user(UserName(random.pick(["alice", "carol"]))), name: "claim", devices: selector, startsAt: from,
            span: span)
        let events = try? ledger.state.decide(.reserve(wish, by: TestLedger.root), at: ledger.now)
        #expect((events != nil) == expected, "\(selector.text) from \(from - ledger.now) for \(span.text)")
        if events == nil { rejected += 1 } else { accepted += 1 }
        if events != nil, random.chance(70) { ledger.command(.reserve(wish, by: TestLedger.root)) }
    }
}

/// Written from the rule alone: some node has so many usable matching devices that nobody has or will have for any moment
/// of that time, and at each of its moments cores and memory are left for them.
private struct ReservationOracle {
    let state: LedgerState
    let now: Timestamp

    init(_ state: LedgerState, _ now: Timestamp) { (self.state, self.now) = (state, now) }

    func canKeep(_ selector: DeviceSelector, _ from: Timestamp, _ until: Timestamp) -> Bool {
        state.nodes.contains { node in
            guard node.contact == .known, node.cordon == nil else { return false }
            let usable = node.slots.filter { slot in
                guard slot.condition == .offered, slot.quarantine == nil, selector.matches(slot.device) else { return false }
                if let holder = slot.holder {
                    guard let back = state.requests[holder]?.lease?.backAt, max(back, now) <= from else { return false }
                }
                return !state.reservations.contains {
                    $0.startsAt < until && $0.endsAt > from && $0.allocation?.devices.contains(slot.device.key) ?? false
                }
            }
            guard usable.count >= selector.count else { return false }
            let asked = ResourceRequest(devices: selector)
            let devices = usable.prefix(selector.count).map(\.device)
            let cores = Sizing.cores(for: asked, on: node), memory = Sizing.memory(for: asked, devices: devices, on: node)
            // Every minute: all that begins or ends in this pool does so at one.
            var moment = from
            while moment < until {
                let load = load(of: node, at: moment)
                if load.cores + cores > node.cores || load.memory + memory > node.memory { return false }
                moment = moment + .minutes(1)
            }
            return true
        }
    }

    private func load(of node: NodeRecord, at moment: Timestamp) -> (cores: MilliCores, memory: MemoryBytes) {
        var cores = MilliCores.zero, memory = MemoryBytes.zero
        var unused: [ReservationID: (Int64, Int64)] = [:]
        for reservation in state.reservations where reservation.covers(moment) && reservation.allocation?.node == node.name {
            guard let held = reservation.allocation else { continue }
            unused[reservation.id] = (held.cores.thousandths, held.memory.bytes)
        }
        for (_, record, lease) in state.liveLeases where lease.allocation.node == node.name {
            // Whoever is ending is expected to be gone by any later moment, and not by this one.
            let isThere = moment <= now || lease.backAt.map { $0 > moment } ?? true
            guard isThere else { continue }
            cores = cores + lease.allocation.cores
            memory = memory + lease.allocation.memory
            if let id = record.resources.reservation, let left = unused[id] {
                unused[id] = (
                    left.0 - lease.allocation.cores.thousandths, left.1 - lease.allocation.memory.bytes
                )
            }
        }
        for reservation in state.reservations {
            guard let left = unused[reservation.id] else { continue }
            cores = cores + MilliCores(max(0, left.0))
            memory = memory + MemoryBytes(max(0, left.1))
        }
        return (cores, memory)
    }
}
