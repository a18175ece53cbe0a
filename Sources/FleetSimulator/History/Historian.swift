import FleetModel
import LeaseLedger

/// A second, deliberately simple account of a run, written from the words of the handbook and not from the ledger: it
/// reads what became durable and what really happened on the machines, and says what each request must have come to.
///
/// It calls nothing of the ledger and nothing of the scheduler; events are all that it shares with them.
struct Historian {
    let people: People
    private(set) var complaints: [String] = []

    // From the log
    var cases: [CaseFile] = []
    private var places: [LeaseID: Int] = [:]
    var holder: [DeviceKey: LeaseID] = [:]
    var teams: [Team] = []
    var reports: [NodeReport] = []
    var lastListedBy: [DeviceKey: NodeName] = [:]
    var lost: [NodeName] = []
    var frozen: [(device: DeviceKey, claim: AttemptKey)] = []
    /// Devices out of the pool, and nodes on which no lease begins.
    var out: [DeviceKey] = []
    /// Devices that others use, on which no lease begins.
    var outside: [DeviceKey] = []
    var cordoned: [NodeName] = []
    /// By when nodes are to be empty.
    var drains: [NodeName: Timestamp] = [:]
    /// Reservations that are not over.
    var reserved: [ReservationID] = []
    var policy = SchedulingPolicy()
    var usage = NaiveUsage()
    // From the world
    var runs: [RunFile] = []
    private var newestRun: [AttemptKey: Int] = [:]
    private(set) var failed: [DeviceKey] = []
    // From the door
    var returnsAsked: [(id: LeaseID, by: Requester)] = []
    var revocationsAsked: [(id: LeaseID, reason: String, by: UserName)] = []
    var extensionsAsked: [(id: LeaseID, span: TimeSpan, by: UserName)] = []
    var requestOfKey: [Int: LeaseID] = [:]
    /// Leases that are being taken back, and requests for which leases were ended.
    var warnings: [Warning] = []
    var favoured: Set<LeaseID> = []
    private var keyOfRequest: [LeaseID: Int] = [:]
    /// The latest that any clock has shown.
    private(set) var latest = Timestamp(milliseconds: 0)
    /// When something last happened after which deadlines may be met late.
    private(set) var disturbedAt = Timestamp(milliseconds: 0)
    private var isPlanning = false

    init(_ people: People) { self.people = people }

    mutating func complain(_ text: String) { complaints.append("the historian: " + text) }

    subscript(id: LeaseID) -> CaseFile? { places[id].map { cases[$0] } }

    mutating func open(_ file: CaseFile) {
        if places[file.id] != nil { complain("request \(file.id) was submitted twice") }
        places[file.id] = cases.count
        cases.append(file)
    }

    mutating func change(_ id: LeaseID, _ change: (inout CaseFile) -> Void) {
        guard let place = places[id] else { return complain("an event is about request \(id), which nobody submitted") }
        change(&cases[place])
    }

    func run(_ key: AttemptKey) -> RunFile? { newestRun[key].map { runs[$0] } }

    mutating func read(_ facts: [Fact]) {
        var isInBatch = false
        for fact in facts where complaints.isEmpty {
            latest = max(latest, fact.clock)
            if case .event = fact.kind {
                isInBatch = true
            } else if isInBatch {
                isInBatch = false
                if isPlanning, let idle = findIdle() ?? findNeedlessWarning() { complain(idle) }
            }
            switch fact.kind {
            case .event(let event):
                latest = max(latest, event.at)
                read(event)
            case .asked(.giveBack(let id, let by)): returnsAsked.append((id, by))
            case .asked(.revoke(let id, let reason, let by)): revocationsAsked.append((id, reason, by.user))
            case .asked(.extend(let id, let span, let by)): extensionsAsked.append((id, span, by.user))
            case .asked, .struck: break
            case .answered(let command, let isYes): if isYes { expect(command) }
            case .submitted(let key, let id): if let id { expect(key, id) }
            case .launched(let key, let node, let devices): launch(key, node, devices)
            case .began(let key): begin(key, at: fact.at)
            case .stopped(let key, let force): stop(key, force: force)
            case .ended(let key, let outcome, let cause, let leftover):
                guard let place = newestRun[key] else { continue }
                runs[place].end = (outcome, cause)
                runs[place].presentUntil = leftover ?? fact.at
            case .swept(let node):
                for place in runs.indices where runs[place].node == node && runs[place].isPresent(at: fact.at) {
                    runs[place].presentUntil = fact.at
                }
            case .looked(let key, let dirty): look(key, dirty)
            case .failed(let device): failed.append(device)
            case .disturbed: disturbedAt = fact.clock
            case .planning(let isAllowed): isPlanning = isAllowed
            }
        }
    }
}

// MARK: - What people were told

extension Historian {
    private mutating func expect(_ command: Command) {
        switch command {
        case .giveBack(let id, _), .revoke(let id, _, _):
            let status = self[id]?.status
            if status == nil || status == .waiting || status == .live {
                complain("somebody was told that \(id) is given back, and it goes on")
            }
        case .extend(let id, _, _):
            change(id) { $0.promisedExtensions += 1 }
            if let file = self[id], file.promisedExtensions > file.extensions {
                complain("somebody was told that lease \(id) is extended, and it is not")
            }
        default: break
        }
    }

    private mutating func expect(_ key: Int, _ id: LeaseID) {
        let wanted = people.submissions[key]
        guard let file = self[id] else { return complain("request \(id) was promised and is not in the log") }
        if file.owner != wanted.user || file.name != wanted.name || file.asked != wanted.resources {
            complain("request \(id) is not what was asked for")
        }
        if keyOfRequest[id] ?? key != key || requestOfKey[key] ?? id != id { complain("request \(id) answers two keys") }
        keyOfRequest[id] = key
        requestOfKey[key] = id
    }
}

// MARK: - What happened on the machines

extension Historian {
    private mutating func launch(_ key: AttemptKey, _ node: NodeName, _ devices: [DeviceKey]) {
        newestRun[key] = runs.count
        runs.append(RunFile(key: key, node: node, devices: devices))
        guard let file = self[key.lease], let allocation = file.allocation, file.status != .closed else {
            return complain("attempt \(key) was launched without a lease")
        }
        if devices != allocation.devices || node != allocation.node {
            complain("attempt \(key) was launched on \(devices), and its lease is for \(allocation.devices)")
        }
    }

    private mutating func begin(_ key: AttemptKey, at now: Timestamp) {
        guard let place = newestRun[key] else { return }
        let devices = runs[place].devices
        for other in runs where other.key != key && other.isPresent(at: now) {
            if let shared = devices.first(where: other.devices.contains) {
                complain("attempts \(other.key) and \(key) are on device \(shared) at once")
            }
        }
        runs[place].began += 1
    }

    /// Work may be asked to end when its lease does, and forced when its grace is over; what no lease accounts for, at
    /// any time.
    private mutating func stop(_ key: AttemptKey, force: Bool) {
        guard let file = self[key.lease], file.attempts == key.number else { return }
        switch file.status {
        case .live: complain("the work of lease \(key.lease) was asked to end, and nothing says why")
        case .ending where force && latest < file.killAt:
            complain("the work of lease \(key.lease) was ended by force within its grace")
        default: break
        }
    }

    private mutating func look(_ key: AttemptKey, _ dirty: [DeviceKey]) {
        guard let file = self[key.lease], file.status == .verifying, file.attempts == key.number else { return }
        change(key.lease) { $0.seenDirty = file.devices.filter(dirty.contains) }
    }
}
