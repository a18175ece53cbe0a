import FleetModel
import LeaseLedger

/// The store: what is on its disk survives every crash.
struct SimulatedLog {
    private(set) var events: [RecordedEvent] = []
    private(set) var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    /// The request that each idempotency key became.
    private(set) var keys: [Int: LeaseID] = [:]
    /// Attempts whose start is durable.
    private var begun: Set<AttemptKey> = []
    /// The last event of each batch: copies of the log end there, since a batch is one transaction.
    private var batchEnds: [Int64] = []
    /// The beginning of a batch that a crash cut off: on the disk, and not part of the log.
    private var torn: [RecordedEvent] = []
    private var checkpoints: [(state: LedgerState, isTorn: Bool)] = []
    /// The disk is full, and how many batches the ballast has room for.
    var isFull = false
    var ballast = 0

    var sequence: Int64 { Int64(events.count) }

    func holds(_ attempt: AttemptKey) -> Bool { begun.contains(attempt) }

    func event(_ sequence: Int64) -> RecordedEvent? {
        sequence >= 1 && sequence <= self.sequence ? events[Int(sequence) - 1] : nil
    }

    mutating func append(_ batch: [RecordedEvent], keys answered: [(key: Int, id: LeaseID)]) {
        for event in batch {
            events.append(event)
            digest = event.folded(into: digest)
            if case .attemptStarting(let starting) = event.event { begun.insert(starting.attempt) }
        }
        if !batch.isEmpty { batchEnds.append(sequence) }
        for (key, id) in answered { keys[key] = id }
    }

    /// The end of the batch that an event is in.
    func batchEnd(of sequence: Int64) -> Int64 { batchEnds.first { $0 >= sequence } ?? sequence }

    /// An older copy takes the log's place.
    mutating func goBack(to sequence: Int64, keys asked: Range<Int>) {
        events.removeLast(events.count - Int(sequence))
        batchEnds.removeAll { $0 > sequence }
        checkpoints.removeAll { $0.state.sequence > sequence }
        torn = []
        var submitted: Set<LeaseID> = []
        for case .requestSubmitted(let event) in events.map(\.event) { submitted.insert(event.id) }
        for key in asked { if let id = keys[key], !submitted.contains(id) { keys[key] = nil } }
    }

    mutating func checkpoint(_ state: LedgerState, isTorn: Bool) {
        checkpoints.append((state, isTorn))
        if checkpoints.count > 3 { checkpoints.removeFirst() }
    }

    mutating func loseCheckpoints() -> Bool {
        defer { checkpoints = [] }
        return !checkpoints.isEmpty
    }

    /// A crash in the middle of a write: some of the batch is on the disk, and nothing says that it is all of it.
    mutating func tear(_ batch: ArraySlice<RecordedEvent>) { torn = Array(batch) }

    /// What every start does first: the log ends where the last whole batch does.
    mutating func recover(believingAll: Bool) {
        if believingAll { append(torn, keys: []) }
        torn = []
    }

    /// The newest usable checkpoint and everything after it, as `EventLog.load` gives them.
    func load() -> LedgerState {
        let checkpoint = checkpoints.last { !$0.isTorn }?.state ?? LedgerState()
        return replay(from: checkpoint)
    }

    /// Every checkpoint that is kept and usable, each with everything after it.
    func replays() -> [LedgerState] { checkpoints.filter { !$0.isTorn }.map { replay(from: $0.state) } + [replay()] }

    /// Everything from the first event on.
    func replay() -> LedgerState { replay(from: LedgerState()) }

    private func replay(from checkpoint: LedgerState) -> LedgerState {
        var state = checkpoint
        for event in events[Int(checkpoint.sequence)...] { state.apply(event) }
        return state
    }
}

extension RecordedEvent {
    /// FNV-1a over what tells two histories apart: the same on every machine, which `Hashable` is not.
    func folded(into digest: UInt64) -> UInt64 {
        var digest = digest
        func fold(_ value: Int64) {
            var rest = UInt64(bitPattern: value)
            for _ in 0..<8 {
                digest = (digest ^ (rest & 0xff)) &* 0x100_0000_01b3
                rest >>= 8
            }
        }
        func fold(_ text: String) {
            for byte in text.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        fold(sequence)
        fold(at.milliseconds)
        fold(event.subject?.number ?? 0)
        switch event {
        case .policySet: fold(1)
        case .teamSet(let event): fold(event.team.name.name)
        case .teamRemoved(let event): fold(event.name.name)
        case .nodeReported(let event): for device in event.report.devices { fold(device.key.name) }
        case .nodeContact(let event): fold(event.contact.rawValue)
        case .requestSubmitted(let event): fold(event.user.name)
        case .requestRefused: fold(2)
        case .requestCancelled(let event): fold(event.by.name)
        case .leaseGranted(let event):
            fold(event.allocation.node.name)
            for key in event.allocation.devices { fold(key.name) }
            fold(event.allocation.cores.thousandths)
        case .leaseExtended(let event): fold(event.endsAt.milliseconds)
        case .leaseEnding(let event): fold(event.killAt.milliseconds)
        case .attemptStarting(let event): fold(Int64(event.attempt.number))
        case .attemptRunning: fold(3)
        case .attemptEnded(let event): fold(Int64(ExitCode.of(event.outcome, endedBy: event.reason)))
        case .verificationFailed: fold(4)
        case .leaseClosed(let event): fold(Int64(event.receipt.exitCode))
        case .devicesFrozen(let event): for key in event.devices { fold(key.name) }
        case .devicesThawed: fold(5)
        case .deviceQuarantined(let event): fold(Int64(event.quarantine.cure.weight))
        case .deviceReleased(let event): fold(event.by == nil ? 6 : 7)
        case .foreignSeen(let event): fold(Int64(event.processes.count) + 12)
        case .nodeCordoned(let event): fold(event.cordon.isSuspicion ? 8 : 9)
        case .nodeUncordoned(let event): fold(event.by == nil ? 10 : 11)
        case .ledgerRestored(let event): fold(event.nextID.number)
        case .leaseKept(let event): fold(event.until.milliseconds)
        case .idleNoticed(let event): fold(event.notice.word)
        case .idleWatchBegan: fold(8)
        case .leaseReclaiming(let event):
            fold(event.for.number)
            fold(event.endsAt.milliseconds)
        case .reclaimWithdrawn: fold(8)
        case .workTold(let event): fold(Int64(event.attempt.number))
        case .reservationMade(let event):
            fold(event.reservation.startsAt.milliseconds)
            for key in event.reservation.allocation?.devices ?? [] { fold(key.name) }
        case .reservationMoved(let event): for key in event.allocation?.devices ?? [] { fold(key.name) }
        case .reservationBegan(let event): fold(event.id.number)
        case .reservationEnded(let event): fold(event.id.number)
        case .leaseDraining(let event): fold(event.endsAt.milliseconds)
        }
        return digest
    }
}
