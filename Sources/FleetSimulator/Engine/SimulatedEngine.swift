import FleetModel

/// The engine's own truth: attempts that it wrote down, processes that really run. Its records survive its crashes.
struct SimulatedEngine {
    struct Attempt {
        let key: AttemptKey
        let node: NodeName
        let devices: [DeviceKey]
        /// What is so.
        var phase: AttemptStatus.Phase = .preparing
        /// What was so when the node was last reached.
        var listed: AttemptStatus.Phase = .preparing
        let fate: Fate
        /// Processes that outlive the work are on its devices until then.
        var leftoverUntil: Timestamp?
        /// A process that came back after its lease was closed: a fault that was put in, not a mistake of anybody's.
        var isOld = false
        /// It was there when an older copy of the ledger was put back.
        var isFromBefore = false
    }

    /// What will become of an attempt if nobody interferes.
    struct Fate {
        var startsAfter: TimeSpan
        /// nil: it never begins.
        var runsFor: TimeSpan?
        var outcome: AttemptOutcome
        /// Whether it ends when asked to.
        var obeys = true
        var leftoverFor: TimeSpan?
        /// How long it withstands force, as what waits for a device does.
        var withstands: TimeSpan?
    }

    var isUp = true
    /// In order of their keys.
    private(set) var attempts: [Attempt] = []
    private(set) var unreachable: [NodeName] = []
    /// What is asked before then is done then, in order.
    var hungUntil: Timestamp?
    /// Answers take long until then.
    var slowUntil: Timestamp?
    /// Devices that fail every look.
    var stuck: [DeviceKey] = []
    /// Devices that a process outside Carrel has open.
    var foreign: [DeviceKey] = []
    /// How many attempts of a lease never begin.
    var reluctant: [LeaseID: Int] = [:]
    /// How often the work of an attempt began, and how it ended: kept when the attempt is forgotten.
    private(set) var begun: [AttemptKey: Int] = [:]
    private(set) var begunByLease: [LeaseID: Int] = [:]
    /// Leases of which the record of an attempt was lost.
    private(set) var lostRecords: Set<LeaseID> = []
    private(set) var outcomes: [AttemptKey: AttemptOutcome] = [:]

    /// Attempts that only their logs tell of.
    private(set) var forgotten: Set<AttemptKey> = []
    private(set) var forgottenInOrder: [AttemptKey] = []

    func index(of key: AttemptKey) -> Int? { attempts.firstIndex { $0.key == key } }

    func isReachable(_ node: NodeName) -> Bool { !unreachable.contains(node) }

    var list: [AttemptStatus] { attempts.map { AttemptStatus(key: $0.key, phase: $0.listed, devices: $0.devices) } }

    /// Whether something of an attempt is on its devices now.
    func isPresent(_ attempt: Attempt, at now: Timestamp) -> Bool {
        attempt.phase == .running || attempt.leftoverUntil.map { $0 > now } ?? false
    }

    /// Takes an attempt in; false: it is known already.
    mutating func take(_ attempt: Attempt) -> Bool {
        guard index(of: attempt.key) == nil else { return false }
        let place = attempts.firstIndex { $0.key > attempt.key } ?? attempts.count
        attempts.insert(attempt, at: place)
        return true
    }

    mutating func begin(_ key: AttemptKey) {
        guard let place = index(of: key), attempts[place].phase == .preparing else { return }
        begun[key, default: 0] += 1
        begunByLease[key.lease, default: 0] += 1
        set(.running, at: place)
    }

    /// - Returns: whether it was not over yet.
    @discardableResult
    mutating func end(_ key: AttemptKey, _ outcome: AttemptOutcome, at now: Timestamp) -> Bool {
        guard let place = index(of: key) else { return false }
        if case .ended = attempts[place].phase { return false }
        let began = attempts[place].phase == .running
        set(.ended(outcome), at: place)
        if !attempts[place].isOld { outcomes[key] = outcome }
        if began { attempts[place].leftoverUntil = attempts[place].fate.leftoverFor.map { now + $0 } }
        return true
    }

    /// A restart of a node leaves no process behind.
    /// - Returns: what ended by it.
    mutating func restart(_ node: NodeName, at now: Timestamp) -> [(key: AttemptKey, outcome: AttemptOutcome)] {
        var ended: [(key: AttemptKey, outcome: AttemptOutcome)] = []
        for attempt in attempts where attempt.node == node {
            let outcome: AttemptOutcome = attempt.phase == .preparing ? .neverBegan : .nodeLost
            if end(attempt.key, outcome, at: now), !attempt.isOld { ended.append((attempt.key, outcome)) }
            if let place = index(of: attempt.key) { attempts[place].leftoverUntil = nil }
        }
        return ended
    }

    /// The record of work that is over goes away, and nobody asked for that.
    mutating func lose(_ key: AttemptKey) {
        guard let place = index(of: key) else { return }
        attempts.remove(at: place)
        outcomes[key] = .unknown
        lostRecords.insert(key.lease)
    }

    mutating func markAll() { for place in attempts.indices { attempts[place].isFromBefore = true } }

    mutating func mend() {
        stuck = []
        foreign = []
        hungUntil = nil
        slowUntil = nil
    }

    mutating func forget(_ key: AttemptKey) {
        guard let place = index(of: key), case .ended = attempts[place].phase else { return }
        if forgotten.insert(key).inserted { forgottenInOrder.append(key) }
        attempts.remove(at: place)
    }

    /// What a look at devices finds.
    func verify(_ devices: [DeviceKey], at now: Timestamp) -> [CleanCheck] {
        let present = attempts.first { isPresent($0, at: now) && $0.devices.contains(where: devices.contains) }
        let gone = CleanCheck(.processesGone, present.map { .failed(detail: "attempt \($0.key) is there") } ?? .passed)
        return devices.reduce(into: [gone]) { checks, device in
            let isOpen = foreign.contains(device), isStuck = stuck.contains(device)
            checks += [
                CleanCheck(.nodeReleased, isOpen ? .failed(detail: "a process of somebody else") : .passed, on: device),
                CleanCheck(.memoryReleased, isStuck ? .failed(detail: "memory in use") : .passed, on: device),
            ]
        }
    }

    /// Devices that are not clean now, whoever is to blame.
    func dirty(at now: Timestamp) -> [DeviceKey] {
        stuck + foreign + attempts.filter { isPresent($0, at: now) }.flatMap(\.devices)
    }

    mutating func lose(_ node: NodeName) {
        if isReachable(node) { unreachable.append(node) }
    }

    mutating func find(_ node: NodeName) {
        unreachable.removeAll { $0 == node }
        for place in attempts.indices where attempts[place].node == node { attempts[place].listed = attempts[place].phase }
    }

    private mutating func set(_ phase: AttemptStatus.Phase, at place: Int) {
        attempts[place].phase = phase
        if isReachable(attempts[place].node) { attempts[place].listed = phase }
    }
}
