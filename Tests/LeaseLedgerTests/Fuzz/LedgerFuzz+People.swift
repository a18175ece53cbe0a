import FleetModel
import FleetTestKit
import LeaseLedger

extension LedgerFuzz {
    static let users = ["alice", "bob", "carol", "dave"].map { UserName($0) }
    static let extremes: [Int64] = [.min, .min + 1, -1_000, -1, 0, 1, 2, 1_000, .max / 2, .max - 1, .max]

    /// Mostly of an everyday size, sometimes at the very edge.
    mutating func someNumber() -> Int64 {
        random.oneIn(4) ? random.element(Self.extremes) ?? 0 : Int64(random.number(1...100_000_000))
    }

    /// Mostly one that exists.
    mutating func someID() -> LeaseID {
        if random.oneIn(8) { return LeaseID(random.element(Self.extremes) ?? 0) }
        let known = Array(ledger.state.live) + ledger.state.waiting + ledger.state.over.suffix(5)
        return random.element(known) ?? LeaseID(1)
    }

    mutating func requester() -> Requester {
        Requester(random.element(Self.users) ?? UserName("x"), isAdministrator: !random.oneIn(3))
    }

    mutating func submission() -> Submission {
        let wild = random.oneIn(10)
        let count = wild ? Int(random.element(Self.extremes) ?? 0) : random.number(0...3)
        let words = random.oneIn(3) ? [random.element(["a100", "t4", "80gb", "nothing"]) ?? "a100"] : []
        let selector = DeviceSelector(
            count: count, modelWords: words, memoryAtLeast: random.oneIn(6) ? MemoryBytes(someNumber()) : nil,
            memoryAtMost: random.oneIn(9) ? MemoryBytes(someNumber()) : nil)
        return Submission(
            user: random.element(Self.users) ?? UserName("x"), name: random.oneIn(30) ? "a\u{7}" : "work",
            kind: random.element(WorkKind.allCases) ?? .job,
            resources: ResourceRequest(
                devices: selector, cores: random.oneIn(4) ? MilliCores(wild ? someNumber() : 2_000) : nil,
                memory: random.oneIn(4) ? MemoryBytes(wild ? someNumber() : 1 << 30) : nil,
                duration: random.oneIn(3) ? TimeSpan(milliseconds: someNumber()) : nil, reservation: someReservation()))
    }

    mutating func policy() -> SchedulingPolicy {
        var policy = SchedulingPolicy()
        policy.grace = .seconds(Int64(random.number(0...600)))
        policy.usageHalfLife = .hours(Int64(random.number(1...100)))
        policy.waitingLimit = random.number(5...50)
        guard random.oneIn(2) else { return policy }
        let number = TimeSpan(milliseconds: someNumber())
        switch random.number(0...5) {
        case 0: policy.defaultDuration = number
        case 1: policy.longestDuration = number
        case 2: policy.holdAfter = number
        case 3: policy.usageHalfLife = number
        case 4: policy.grace = number
        default: policy.waitingLimit = Int(someNumber())
        }
        return policy
    }

    mutating func teamName() -> TeamName {
        random.oneIn(4) ? .everyone : TeamName(random.element(["physics", "biology", "\u{1b}"]) ?? "x")
    }

    mutating func team() -> TeamChange {
        let number = random.oneIn(3) ? Int(someNumber()) : random.number(0...6)
        return TeamChange(
            name: teamName(), guarantee: random.oneIn(2) ? random.number(-1...3) : nil,
            limit: random.oneIn(3) ? .some(.none) : random.oneIn(2) ? .devices(number) : nil,
            adding: random.oneIn(2) ? [random.element(Self.users) ?? UserName("x")] : [],
            removing: random.oneIn(2) ? [random.element(Self.users) ?? UserName("x")] : [])
    }

    /// What only administrators may.
    mutating func administration() -> Command {
        switch random.number(0...9) {
        case 0..<2: .quarantine(someDevice(), detail: "x", by: requester())
        case 2..<4: .release(someDevice(), by: requester())
        case 4: .cordon(someNode(), detail: "x", by: requester())
        case 5..<7: .uncordon(someNode(), by: requester())
        default: .removeTeam(teamName(), by: requester())
        }
    }

    /// A plan that mostly fits, with a slip now and then.
    mutating func plan() -> Plan {
        var plan = Plan()
        var taken: Set<DeviceKey> = []
        for id in ledger.state.waiting.prefix(random.number(1...4)) {
            guard let record = ledger.state.requests[id] else { continue }
            if random.oneIn(25) {
                plan.refusals.append(RefusedRequest(id: id, refusal: .noDevices))
                continue
            }
            guard let node = random.element(Array(ledger.state.nodes)) else { continue }
            var keys: [DeviceKey] = []
            for slot in node.slots where keys.count < record.resources.devices.count {
                let fits = slot.isFree && record.resources.devices.matches(slot.device) && !taken.contains(slot.device.key)
                if fits || random.oneIn(30) { keys.append(slot.device.key) }
            }
            if keys.count < record.resources.devices.count && !random.oneIn(20) { continue }
            taken.formUnion(keys)
            let wild = random.oneIn(12)
            plan.grants.append(
                Grant(
                    id: random.oneIn(30) ? someID() : id,
                    allocation: Allocation(
                        node: random.oneIn(40) ? NodeName("nowhere") : node.name, devices: keys,
                        cores: wild ? MilliCores(someNumber()) : record.resources.cores ?? .cores(1),
                        memory: wild ? MemoryBytes(someNumber()) : record.resources.memory ?? .gibibytes(1)),
                    reasons: [.nobodyElseWaited]))
        }
        return plan
    }
}
