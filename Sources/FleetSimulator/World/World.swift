import FleetModel
import LeaseLedger

/// Everything that there is in a run, and the loop.
struct World {
    enum Happening {
        // People
        case submits(Int)
        case commands(Command)
        // The server
        case serverStarts
        case batch(life: Int)
        case appended(life: Int)
        case rings(life: Int, timer: Int)
        case looksAround(life: Int)
        case turns(life: Int)
        case crashes(life: Int)
        // The engine and the way to it
        case arrives(Call)
        case answers(Call, CallAnswer)
        case timesOut(Call)
        case engineStarts
        case begins(AttemptKey)
        case ends(AttemptKey, AttemptOutcome)
        // Bad luck
        case strikes(Fault)
        case diskHasRoom
        case nodeReturns(Int, restarted: Bool)
        case deviceReturns(Int, DeviceKey)
        case deviceIsClean(DeviceKey)
        case safetyEnds
    }

    /// A machine.
    struct Site {
        let shape: SimulationOptions.Node
        var boot = 1
        var isGone = false
        var missing: [DeviceKey] = []

        var report: NodeReport {
            let present = shape.devices.indices.filter { !missing.contains(shape.devices[$0].key) }
            return NodeReport(
                node: shape.name, bootID: "boot \(boot)", cores: shape.cores, memory: shape.memory,
                devices: present.map { shape.devices[$0] },
                links: shape.links.isEmpty ? [] : present.map { left in present.map { shape.links[left][$0] } })
        }
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
    var bound = Timestamp(milliseconds: .max)

    var luck: SeededGenerator
    var work: SeededGenerator
    var delays: SeededGenerator

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
    var nextCall = 0
    var truthMayHaveChanged = false

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
        sites = options.nodes.map { Site(shape: $0) }
        people = People(options, &random)
    }

    var report: SimulationReport {
        SimulationReport(
            seed: seed, options: options, counts: counts, struck: struck, span: now - Self.start, digest: log.digest,
            violation: violation)
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
            if !isSafetyPhase, isFinished { break }
        }
        if violation == nil { checkEnd() }
    }

    private mutating func happen(_ happening: Happening) {
        switch happening {
        case .submits(let key): submit(key)
        case .commands(let command): receive(.command(command))
        case .serverStarts: startServer()
        case .batch(let life): if life == service.life { decideBatch() }
        case .appended(let life): if life == service.life { finishAppend() }
        case .rings(let life, let timer): if life == service.life, timer == service.timer { ring() }
        case .looksAround(let life): if life == service.life { lookAround() }
        case .turns(let life): if life == service.life { turn() }
        case .crashes(let life): if life == service.life { crashServer() }
        case .arrives(let call): arrive(call)
        case .answers(let call, let answer): if call.life == service.life { take(answer, to: call) }
        case .timesOut(let call): if call.life == service.life { giveUp(call) }
        case .engineStarts: engine.isUp = true
        case .begins(let key): begin(key)
        case .ends(let key, let outcome): end(key, outcome)
        case .strikes(let fault): strike(fault)
        case .diskHasRoom: log.isFull = false
        case .nodeReturns(let site, let restarted): returnNode(site, restarted: restarted)
        case .deviceReturns(let site, let device): sites[site].missing.removeAll { $0 == device }
        case .deviceIsClean(let device): engine.stuck.removeAll { $0 == device }
        case .safetyEnds: endSafetyPhase()
        }
    }

    mutating func plan(_ happening: Happening, in span: TimeSpan) { queue.add(happening, at: now + span) }

    /// Whether a fault strikes on this occasion; counted.
    mutating func strikes(_ fault: Fault) -> Bool {
        guard isSafetyPhase, options.faults[fault] != .never, luck.chance(options.faults[fault]) else { return false }
        struck[fault.rawValue] += 1
        return true
    }

    mutating func delay(_ from: TimeSpan, _ to: TimeSpan) -> TimeSpan { delays.span(from, to) }

    /// The clock of the commands.
    var clock: Timestamp { now + ahead }

    mutating func fail(_ text: String) {
        guard violation == nil else { return }
        violation = Violation(
            seed: seed, text: text, after: now - Self.start, sequence: log.sequence, options: options.text)
    }
}
