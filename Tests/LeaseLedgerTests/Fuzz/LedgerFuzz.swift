import FleetModel
import FleetTestKit
import LeaseLedger

/// Random commands and sightings on one ledger, half of them sensible and half of them not, from a seed.
struct LedgerFuzz {
    var random: SplitMix64
    var ledger = RecordedLedger()
    var now = ManualClock.start
    /// How the ledger answered, by kind: proof that the walk came everywhere.
    var seen: [String: Int] = [:]
    private var checker = TransitionChecker()

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func step() throws {
        passTime()
        switch random.number(0...99) {
        case 0..<22: try give(.submit(submission()))
        case 22..<42: try give(.adopt(plan()))
        case 42..<48: try give(.giveBack(someID(), by: requester()))
        case 48..<53: try give(.extend(someID(), by: TimeSpan(milliseconds: someNumber()), requester()))
        case 53..<58: try give(.advanceClock)
        case 58..<60: try give(.setPolicy(policy(), by: requester()))
        case 60..<62: try give(.setTeam(team(), by: requester()))
        case 62..<63: try give(.keep(someID(), by: requester()))
        case 63..<64: try give(administration())
        case 64..<69: try show(.node(report()))
        case 69..<89: try reconcile()
        case 89..<93: try give(claim())
        default: try show(sighting())
        }
    }

    /// Time mostly creeps, seldom leaps, and sometimes goes back.
    private mutating func passTime() {
        let span: Int64 =
            switch random.number(0...99) {
            case 0..<80: Int64(random.number(0...60_000))
            case 80..<95: Int64(random.number(0...100_000_000))
            default: -Int64(random.number(0...100_000_000))
            }
        now = now + TimeSpan(milliseconds: span)
    }

    private mutating func give(_ command: Command) throws {
        let before = ledger.state
        switch try ledger.handle(command, at: now) {
        case .success(let events):
            count(events)
            try checker.follow(events, to: ledger.state)
            if case .adopt = command { try checker.expectNotOverfull(before, ledger.state) }
        case .failure(let rejection): count(TableWords.rejection(rejection), words: rejection.isStaleGrant ? [0, 2] : [0])
        }
    }

    mutating func show(_ observation: Observation) throws {
        let events = try ledger.handle(observation, at: now)
        count(events)
        try checker.follow(events, to: ledger.state)
    }

    /// The engine lists something, right or wrong, and the ledger takes in what the list tells.
    private mutating func reconcile() throws {
        var listed: [AttemptStatus] = []
        for lease in ledger.state.liveLeases where !random.oneIn(3) {
            let number = random.oneIn(8) ? random.number(-1...6) : lease.lease.attempt
            listed.append(AttemptStatus(key: AttemptKey(lease: lease.id, number: number), phase: somePhase()))
        }
        if random.oneIn(3) { listed.append(AttemptStatus(key: someAttempt(), phase: somePhase())) }
        let owed = Reconciliation(ledger.state, at: now, listed: listed, pending: [])
        for observation in owed.observations { try show(observation) }
        for effect in owed.effects {
            if case .verify(let key) = effect, random.oneIn(2) { try show(.verified(key, someChecks())) }
        }
    }

    private mutating func count(_ events: [RecordedEvent]) {
        for event in events { seen[Mirror(reflecting: event.event).children.first?.label ?? "?", default: 0] += 1 }
    }

    private mutating func count(_ text: String, words: [Int]) {
        let all = text.split(separator: " ", omittingEmptySubsequences: false)
        seen["! " + words.filter(all.indices.contains).map { String(all[$0]) }.joined(separator: " "), default: 0] += 1
    }
}

extension Rejection {
    fileprivate var isStaleGrant: Bool { if case .staleGrant = self { true } else { false } }
}
