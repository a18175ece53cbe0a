import FleetModel
import LeaseLedger

/// A second opinion: a small, naive account of who asked, who holds and who may do what, kept from events alone and
/// written without a look at the ledger's own rules. It predicts the answers to simple commands.
struct Auditor {
    enum Status { case waiting, live, ending, over }

    struct Case {
        let owner: UserName
        let team: TeamName
        let asked: Int
        var status = Status.waiting
        var endsAt = Timestamp(milliseconds: 0)
        var node = NodeName("")
        var devices: [DeviceKey] = []
        var attempts = 0
        /// It is being taken back.
        var isWarned = false
        var wishes = WorkWishes()
        /// Under a reservation.
        var isReserved = false
        var reason: EndReason?
        /// How often it has come to wait again.
        var requeues = 0
        var isRequeued = false
        /// Whose held devices it runs on, and when those want them.
        var lenders: [(id: LeaseID, until: Timestamp)] = []
    }

    enum Prediction { case accepted, rejected, unknown }

    private(set) var cases: [LeaseID: Case] = [:]
    private(set) var holder: [DeviceKey: LeaseID] = [:]
    /// In the order in which they ended.
    private(set) var closed: [LeaseID] = []
    private var frozen: [(device: DeviceKey, claim: AttemptKey)] = []
    private var quarantined: Set<DeviceKey> = []
    /// Devices that others use.
    private var foreign: Set<DeviceKey> = []
    private var lost: [NodeName] = []
    private var cordons: [(node: NodeName, isSuspicion: Bool)] = []
    private var listed: [NodeName: [DeviceKey]] = [:]
    /// Every node that ever reported.
    private var nodes: [NodeName] = []
    private var limits: [TeamName: Int] = [:]
    private var held: [TeamName: Int] = [:]
    private var teams: [TeamName] = []
    private var waitingOf: [UserName: Int] = [:]
    private var policy = SchedulingPolicy()
    private var rests = RestBook()
    private(set) var reserved = ReservationAudit()
    /// What is wrong; empty: nothing.
    private(set) var complaints: [String] = []

    private func knows(_ device: DeviceKey) -> Bool {
        holder[device] != nil || isFrozen(device) || nodes.contains { listed[$0]?.contains(device) ?? false }
    }

    func isFrozen(_ device: DeviceKey) -> Bool { frozen.contains { $0.device == device } }

    /// What must come out of a command, as far as simple rules tell.
    func predict(_ command: Command, at now: Timestamp) -> Prediction {
        switch command {
        case .giveBack(let id, let by):
            guard let known = cases[id] else { return .rejected }
            guard by.isAdministrator || by.user == known.owner else { return .rejected }
            return known.status == .waiting || known.status == .live ? .accepted : .rejected
        case .extend(let id, let span, let by):
            guard let known = cases[id], span > .zero else { return .rejected }
            guard by.isAdministrator || by.user == known.owner else { return .rejected }
            guard known.status == .live, !known.isWarned else { return .rejected }
            // An extension that doesn't even reach to now comes too late.
            let endsAt = known.endsAt + span
            for lender in known.lenders where cases[lender.id]?.status == .waiting && endsAt > lender.until {
                return .rejected
            }
            guard endsAt > now, endsAt - now <= policy.longestDuration else { return .rejected }
            if reserved.forbids(id, until: endsAt, at: now) { return .rejected }
            // Cores and memory may be reserved where no device is.
            return reserved.open.isEmpty && policy.limits.isEmpty ? .accepted : .unknown
        case .setPolicy(let policy, let replaced, let by):
            let isRead = replaced.map { $0 == self.policy } ?? true
            return by.isAdministrator && isRead && Self.makesSense(policy) ? .accepted : .rejected
        case .removeTeam(let name, let by): return by.isAdministrator && teams.contains(name) ? .accepted : .rejected
        case .setTeam(_, let by): return by.isAdministrator ? .unknown : .rejected
        case .move(_, let name, let by):
            return by.isAdministrator && name.map { teams.contains($0) } ?? true ? .accepted : .rejected
        case .submit(let submission): return predict(submission)
        case .quarantine(let device, _, let by):
            guard by.isAdministrator else { return .rejected }
            return quarantined.contains(device) ? .unknown : knows(device) ? .accepted : .rejected
        case .release(let device, let by): return by.isAdministrator && quarantined.contains(device) ? .accepted : .rejected
        case .cordon(let node, _, let by):
            let isOrdered = cordons.contains { $0.node == node && !$0.isSuspicion }
            return by.isAdministrator && nodes.contains(node) && !isOrdered ? .accepted : .rejected
        case .uncordon(let node, let by):
            return by.isAdministrator && cordons.contains { $0.node == node } ? .accepted : .rejected
        case .adopt: return .unknown
        case .advanceClock: return .accepted
        case .keep(let id, let by):
            guard let known = cases[id], by.isAdministrator || by.user == known.owner, known.status == .live else {
                return .rejected
            }
            // Once in a while only, and that while is counted from the last time it was pressed.
            return rests.mayKeep(id, at: now, policy.idle.keepEvery) ? .accepted : .rejected
        case .reserve(let wish, let by):
            guard policy.reservations.who != .off, by.isAdministrator || policy.reservations.who == .everyone,
                wish.devices.count > 0, wish.span > .zero, wish.span <= policy.reservations.longest,
                now - wish.startsAt <= .minutes(1)
            else { return .rejected }
            return .unknown
        case .cancelReservation(let id, let by):
            guard let known = reserved.reservation(id) else { return .rejected }
            return by.isAdministrator || by.user == known.by || known.owner == .user(by.user) ? .accepted : .rejected
        case .drain(let node, let deadline, _, let by):
            return by.isAdministrator && nodes.contains(node) && now - deadline <= .minutes(1) ? .accepted : .rejected
        case .revoke(let id, let reason, let by):
            guard by.isAdministrator, !reason.isEmpty, !reason.contains("\n"), let known = cases[id] else {
                return .rejected
            }
            return known.status == .waiting || known.status == .live ? .accepted : .rejected
        }
    }

    /// What nobody can have is turned away at the door; whether it fits is asked later.
    private func predict(_ submission: Submission) -> Prediction {
        let asked = submission.resources
        let span = asked.duration ?? policy.defaultDuration
        guard asked.devices.count >= 0, asked.cores.map({ $0 > .zero }) ?? true, asked.memory.map({ $0 > .zero }) ?? true,
            span > .zero, span <= policy.longestDuration,
            !submission.name.isEmpty, submission.name.utf8.count <= 200, !submission.name.contains("\n")
        else { return .rejected }
        if asked.reservation != nil { return .unknown }
        let limits = policy.limits.limits(of: submission.user), count = asked.devices.count
        if let longest = limits.longestLease, span > longest { return .rejected }
        if count > 0, count > limits.devicesAtOnce ?? .max { return .rejected }
        if count > 0, let hours = limits.deviceHoursAWeek,
            Int64(count) * min(span, .days(7)).milliseconds > Int64(hours) * 3_600_000
        {
            return .rejected
        }
        // Who is in a team the auditor does not know.
        if !policy.limits.teams.isEmpty { return .unknown }
        return waitingOf[submission.user] ?? 0 < policy.waitingLimit ? .accepted : .rejected
    }

    private static func makesSense(_ policy: SchedulingPolicy) -> Bool {
        policy.grace >= .zero && policy.holdAfter >= .zero && policy.waitingLimit > 0
            && policy.reclaim.notice >= .zero && policy.reclaim.minimumRun >= .zero
            && policy.defaultDuration > .zero && policy.defaultDuration <= policy.longestDuration
    }

    mutating func take(_ events: [RecordedEvent]) {
        for event in events { take(event) }
    }

    private mutating func take(_ recorded: RecordedEvent) {
        switch recorded.event {
        case .policySet(let event): policy = event.policy
        case .teamSet(let event):
            limits[event.team.name] = event.team.limit
            if !teams.contains(event.team.name) { teams.append(event.team.name) }
        case .teamRemoved(let event):
            limits[event.name] = nil
            teams.removeAll { $0 == event.name }
        case .nodeReported(let event):
            if !nodes.contains(event.report.node) { nodes.append(event.report.node) }
            // Who used a device that went away is not known any more.
            for gone in listed[event.report.node] ?? [] where !event.report.devices.contains(where: { $0.key == gone }) {
                foreign.remove(gone)
            }
            listed[event.report.node] = event.report.devices.map(\.key)
        case .nodeContact(let event):
            lost.removeAll { $0 == event.node }
            if event.contact == .lost { lost.append(event.node) }
        case .requestSubmitted(let event): submit(event)
        case .requestRefused(let event): become(.over, event.id, from: [.waiting])
        case .requestCancelled(let event): become(.over, event.id, from: [.waiting])
        case .leaseGranted(let event): grant(event)
        case .leaseExtended(let event): cases[event.id]?.endsAt = event.endsAt
        case .leaseEnding(let event):
            become(.ending, event.id, from: [.live])
            cases[event.id]?.reason = event.reason
        case .attemptStarting(let event): cases[event.attempt.lease]?.attempts = event.attempt.number
        case .attemptRunning: break
        case .attemptEnded(let event):
            become(.ending, event.attempt.lease, from: [.live, .ending])
            cases[event.attempt.lease]?.reason = event.reason
        case .verificationFailed: break
        case .leaseClosed(let event): close(event.id)
        case .devicesFrozen(let event):
            for device in event.devices {
                frozen.removeAll { $0.device == device }
                frozen.append((device, event.claim))
            }
        case .devicesThawed(let event): frozen.removeAll { $0.claim == event.claim }
        case .deviceQuarantined(let event): quarantined.insert(event.device)
        case .deviceReleased(let event):
            if quarantined.remove(event.device) == nil { complaints.append("device \(event.device) was in no quarantine") }
        case .foreignSeen(let event):
            if event.processes.isEmpty { foreign.remove(event.device) } else { foreign.insert(event.device) }
        case .nodeCordoned(let event):
            cordons.removeAll { $0.node == event.node }
            cordons.append((event.node, event.cordon.isSuspicion))
        case .nodeUncordoned(let event):
            guard let known = cordons.first(where: { $0.node == event.node }) else {
                complaints.append("node \(event.node) was not cordoned")
                return
            }
            if event.by == nil, !known.isSuspicion { complaints.append("nobody lifted the cordon of \(event.node)") }
            cordons.removeAll { $0.node == event.node }
        case .leaseReclaiming(let event): cases[event.id]?.isWarned = true
        case .reclaimWithdrawn(let event): cases[event.id]?.isWarned = false
        case .ledgerRestored: break
        case .leaseKept, .idleNoticed, .idleWatchBegan, .workTold: break
        case .reservationMade, .reservationMoved, .reservationBegan, .reservationEnded, .leaseDraining: break
        }
        if let complaint = reserved.take(recorded, policy) { complaints.append(complaint) }
        if let complaint = rests.take(recorded, policy.idle) { complaints.append(complaint) }
    }

    private mutating func submit(_ event: RequestSubmitted) {
        if cases[event.id] != nil { complaints.append("request \(event.id) was submitted twice") }
        waitingOf[event.user, default: 0] += 1
        var known = Case(owner: event.user, team: event.team, asked: event.resources.devices.count)
        known.wishes = event.wishes ?? WorkWishes()
        known.isReserved = event.resources.reservation != nil
        if let requeue = event.requeue {
            if let complaint = objection(to: requeue, event) { complaints.append(complaint) }
            known.requeues = requeue.count
            cases[requeue.of]?.isRequeued = true
        }
        cases[event.id] = known
    }

    private mutating func grant(_ event: LeaseGranted) {
        become(.live, event.id, from: [.waiting])
        let allocation = event.allocation
        cases[event.id]?.endsAt = event.endsAt
        cases[event.id]?.node = allocation.node
        for case .backfilled(let holder, let freeUntil) in event.reasons {
            cases[event.id]?.lenders.append((holder, freeUntil))
        }
        cases[event.id]?.devices = allocation.devices
        guard let granted = cases[event.id] else { return }
        if allocation.devices.count != granted.asked {
            complaints.append("lease \(event.id) asked for \(granted.asked) devices and got \(allocation.devices.count)")
        }
        if lost.contains(allocation.node) { complaints.append("lease \(event.id) is on \(allocation.node), out of contact") }
        if cordons.contains(where: { $0.node == allocation.node }) {
            complaints.append("lease \(event.id) is on \(allocation.node), which is cordoned")
        }
        let there = listed[allocation.node] ?? []
        for device in allocation.devices {
            if let other = holder[device] { complaints.append("device \(device) went to \(event.id) and is \(other)'s") }
            if isFrozen(device) { complaints.append("device \(device) is frozen and went to \(event.id)") }
            if quarantined.contains(device) {
                complaints.append("device \(device) is in quarantine and went to \(event.id)")
            }
            if foreign.contains(device), policy.foreign != .warn {
                complaints.append("device \(device) is used by others and went to \(event.id)")
            }
            if !there.contains(device) { complaints.append("device \(device) is not on \(allocation.node)") }
            holder[device] = event.id
        }
        let now = (held[granted.team] ?? 0) + granted.asked
        held[granted.team] = now
        if let limit = limits[granted.team], granted.asked > 0, now > limit {
            complaints.append("team \(granted.team) holds \(now) devices, and \(limit) is its limit")
        }
    }

    private mutating func close(_ id: LeaseID) {
        become(.over, id, from: [.ending])
        closed.append(id)
        guard let over = cases[id] else { return }
        if over.isRequeued != mustWaitAgain(over) {
            complaints.append(
                "request \(id) \(over.isRequeued ? "waits again" : "does not wait again"), and its user wished otherwise")
        }
        held[over.team] = (held[over.team] ?? 0) - over.asked
        for device in over.devices where holder[device] == id { holder[device] = nil }
    }

    private mutating func become(_ status: Status, _ id: LeaseID, from: [Status]) {
        guard let known = cases[id], from.contains(known.status) else {
            complaints.append("request \(id) can't become \(status) from \(cases[id].map { "\($0.status)" } ?? "nothing")")
            return
        }
        if known.status == .waiting { waitingOf[known.owner, default: 0] -= 1 }
        cases[id]?.status = status
    }
}
