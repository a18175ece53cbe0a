import FleetModel
import LeaseLedger

/// Everything that there is in a run, and the loop.
struct World {
    enum Happening {
        // People
        case submits(Int)
        case commands(Command)
        case givesUpHopeless
        // The server
        case serverStarts
        case batch(life: Int)
        case appended(life: Int)
        case rings(life: Int, timer: Int)
        case looksAround(life: Int)
        case turns(life: Int)
        case looksForUse(life: Int)
        case crashes(life: Int)
        // The engine and the way to it
        case arrives(Call)
        case answers(Call, CallAnswer)
        case timesOut(Call)
        case engineStarts
        case begins(AttemptKey)
        case ends(AttemptKey, AttemptOutcome, Fact.EndCause)
        // Bad luck
        case strikes(Fault)
        case diskHasRoom
        case nodeReturns(Int, restarted: Bool)
        case nodeJoins(Int)
        case deviceGoes(Int, DeviceKey, for: TimeSpan)
        case deviceReturns(Int, DeviceKey)
        case deviceIsClean(DeviceKey)
        case foreignHolderLeaves(DeviceKey)
        case driverMatches(Int)
        /// Something seen reaches the server late; what is older than the end of the faults is dropped.
        case told(Observation)
        case safetyEnds
    }

    static let start = Timestamp(milliseconds: 1_700_000_000_000)
    /// A run that does more than this at one virtual minute after the other is stuck in a loop.
    static let mostHappenings = 200_000

    let seed: UInt64
    let options: SimulationOptions
    var queue = EventQueue<Happening>()
    var now = World.start
    /// By how much the clock of the commands is ahead of the true one.
    var ahead = TimeSpan.zero
    var furthestAhead = TimeSpan.zero
    var isSafetyPhase = true
    /// When everything had come to an end, and whether the server has looked at every machine since: a device that came
    /// back while a lease held it elsewhere is offered from the next look on.
    var finishedAt: Timestamp?
    var hasLookedSince = false
    var bound = Timestamp(milliseconds: .max)

    var luck: SeededGenerator
    var work: SeededGenerator
    var delays: SeededGenerator
    /// When the checks that take long are made.
    var moments: SeededGenerator
    /// What people do with the devices that they hold.
    var rests: SeededGenerator
    /// By lease, how much of the time its devices are used, in per cent.
    var diligence: [LeaseID: Int] = [:]

    var log = SimulatedLog()
    var engine = SimulatedEngine()
    var service = ServiceModel()
    var people: People
    var sites: [Site]
    var auditor = Auditor()
    /// A ledger that hears of durable events only, one by one.
    var replica = LedgerState()
    /// What people were told, with its place in the log.
    var promises: [RecordedEvent] = []
    /// What really happened, in order: what the historian reads.
    var history: [Fact] = []
    var nextCall = 0
    var truthMayHaveChanged = false
    /// An older copy of the ledger was put back, and the leases that it had.
    var isRestored = false
    var heldAtRestore: [LeaseID] = []

    var counts = SimulationReport.Counts()
    var struck = Array(repeating: 0, count: Fault.allCases.count)
    var violation: Violation?

    init(seed: UInt64, _ options: SimulationOptions) {
        self.seed = seed
        self.options = options
        var random = SeededGenerator(seed: seed ^ 0x5EED_5EED_5EED_5EED)
        luck = random.split()
        work = random.split()
        delays = random.split()
        moments = random.split()
        rests = SeededGenerator(seed: seed ^ 0x2E57_2E57_2E57_2E57)
        sites = options.nodes.map { Site(shape: $0) }
        people = People(options, &random)
    }

    var report: SimulationReport {
        SimulationReport(
            seed: seed, options: options, counts: counts, struck: struck, span: now - Self.start, digest: log.digest,
            violation: violation, history: history)
    }

    mutating func run() {
        plan(.serverStarts, in: .zero)
        planPeople()
        planBadLuck()
        plan(.safetyEnds, in: options.safetyPhase)
        while violation == nil, let next = queue.next() {
            now = next.at
            counts.happenings += 1
            if counts.happenings > Self.mostHappenings { fail("more than \(Self.mostHappenings) happenings: a loop") }
            if now > bound { fail("not everything came to an end: \(unfinished)") }
            happen(next.happening)
            if truthMayHaveChanged { checkTruth() }
            if !isSafetyPhase, isFinished, hasLookedOnceMore() { break }
        }
        if violation == nil { checkEnd() }
        if violation == nil, options.isJudged, !isRestored { judge() }
    }

    private mutating func hasLookedOnceMore() -> Bool {
        if finishedAt == nil {
            finishedAt = now
            plan(.looksAround(life: service.life), in: .seconds(1))
        }
        return hasLookedSince
    }

    private mutating func happen(_ happening: Happening) {
        switch happening {
        case .submits(let key): submit(key)
        case .commands(let command): ask(command)
        case .givesUpHopeless: giveUpHopeless()
        case .serverStarts: startServer()
        case .batch(let life): if life == service.life { decideBatch() }
        case .appended(let life): if life == service.life { finishAppend() }
        case .rings(let life, let timer): if life == service.life, timer == service.timer { ring() }
        case .looksAround(let life): if life == service.life { lookAround() }
        case .turns(let life): if life == service.life { turn() }
        case .looksForUse(let life): if life == service.life { lookForUse() }
        case .crashes(let life): if life == service.life { crashServer() }
        case .arrives(let call): arrive(call)
        case .answers(let call, let answer): if call.life == service.life { take(answer, to: call) }
        case .timesOut(let call): if call.life == service.life { giveUp(call) }
        case .engineStarts: engine.isUp = true
        case .begins(let key): begin(key)
        case .ends(let key, let outcome, let cause): end(key, outcome, cause)
        case .strikes(let fault): strike(fault)
        case .diskHasRoom: log.isFull = false
        case .nodeReturns(let site, let restarted): returnNode(site, restarted: restarted)
        case .nodeJoins(let site): joinNode(site)
        case .deviceGoes(let site, let device, let span): loseDevice(device, of: site, for: span)
        case .deviceReturns(let site, let device): returnDevice(device, to: site)
        case .deviceIsClean(let device): engine.stuck.removeAll { $0 == device }
        case .foreignHolderLeaves(let device): engine.foreign.removeAll { $0 == device }
        case .driverMatches(let site): sites[site].isMismatched = false
        case .told(let seen): if isSafetyPhase { receive(.observation(seen)) }
        case .safetyEnds: endSafetyPhase()
        }
    }

    mutating func plan(_ happening: Happening, in span: TimeSpan) { queue.add(happening, at: now + span) }

    /// Whether a fault strikes on this occasion; counted.
    mutating func strikes(_ fault: Fault) -> Bool {
        guard isSafetyPhase, options.faults[fault] != .never, luck.chance(options.faults[fault]) else { return false }
        note(struck: fault)
        return true
    }

    mutating func note(struck fault: Fault) {
        struck[fault.rawValue] += 1
        record(.struck(fault))
    }

    mutating func record(_ happened: Fact.Kind) { history.append(Fact(at: now, clock: clock, kind: happened)) }

    mutating func delay(_ from: TimeSpan, _ to: TimeSpan) -> TimeSpan { delays.span(from, to) }

    /// The clock of the commands.
    var clock: Timestamp { now + ahead }

    mutating func fail(_ text: String) {
        guard violation == nil else { return }
        violation = Violation(
            seed: seed, text: text, after: now - Self.start, sequence: log.sequence, options: options.text)
    }
}
