package import FleetModel

/// Whether somebody waits for what a lease holds: the question of idle return, asked of the state alone.
///
/// What is free, or comes back already, is given in thought to those who wait, oldest first. Only who still has too little is a
/// reason to take a lease back: one request takes as many as it needs, and not every idle lease of its kind.
package struct DeviceDemand: Sendable {
    private let state: LedgerState
    /// Leases that will have ended, beside those of the state of which that is known.
    private var ending: [LeaseID]
    /// What those that wait could still use of each node, in the order of the state's nodes.
    private var room: [NodeRoom] = []
    /// Those for whom there is too little, oldest first, with what their teams' limits leave.
    private var unmet: [UnmetRequest] = []
    private var back: [TeamName: Int] = [:]

    /// Looks at the line once; what is asked of it later costs little.
    package init(_ state: LedgerState) { self.init(state, ending: []) }

    private init(_ state: LedgerState, ending: [LeaseID]) {
        self.state = state
        self.ending = ending
        guard !state.waiting.isEmpty else { return }
        room = state.nodes.indices.map { number in
            let claims = state.reservations.isEmpty ? nil : state.claims(on: number), now = state.time
            return NodeRoom(
                state.nodes[number],
                isReserved: { claims?.claim(on: $0, from: now, until: now + TimeSpan(milliseconds: 1)) != nil },
                leaves: { leaves($0) })
        }
        for (id, record, lease) in state.liveLeases where leaves(id) {
            back[record.team, default: 0] += lease.allocation.devices.count
            guard let place = state.nodeIndex(of: lease.allocation.node) else { continue }
            room[place].cores = room[place].cores + lease.allocation.cores
            room[place].memory = room[place].memory + lease.allocation.memory
        }
        serveLine()
    }

    /// From here on it counts as ended: what it brings is somebody's.
    package mutating func take(_ id: LeaseID) { self = DeviceDemand(state, ending: ending + [id]) }

    /// Somebody waits to whom an end of this lease would bring what is missing: it is of the kind, it may be lent again at once,
    /// and the limit of the team allows it.
    ///
    /// Where several devices are missing, those leases go first whose node has to give up least.
    package func wants(_ id: LeaseID) -> Bool {
        guard let record = state.requests[id], let lease = record.lease,
            let place = state.nodeIndex(of: lease.allocation.node), !leaves(id)
        else { return false }
        return unmet.contains { request in
            // What comes back from the same team makes room in its limit.
            let own = record.team == request.team ? lease.allocation.devices.count : 0
            guard request.allowed.map({ $0 + own >= request.resources.devices.count }) ?? true,
                let missing = missing(to: request.resources, on: place), gives(id, to: request.resources, on: place)
            else { return false }
            return !otherNodes(than: place).contains { other in
                self.missing(to: request.resources, on: other).map { $0 < missing } ?? false
                    && hasCandidate(for: request.resources, on: other)
            }
        }
    }

    private func leaves(_ id: LeaseID) -> Bool {
        guard let lease = state.requests[id]?.lease else { return false }
        return lease.phase == .ending || lease.phase == .verifying || lease.reclaim != nil || ending.contains(id)
    }

    private mutating func serveLine() {
        let slots = state.nodes.reduce(0) { $0 + $1.slots.count }
        var tally = LimitTally(state, at: state.time)
        var asked = 0
        // What is there only shrinks: what it was too little for once, it is again.
        var failed: Set<ResourceRequest> = [], unmetOnes: Set<UnmetRequest> = []
        for id in state.waiting {
            // What waits for its reservation gets that, and nothing else.
            guard let record = state.requests[id], record.resources.devices.count > 0,
                record.resources.reservation == nil,
                // Nobody else's lease helps whom a limit of their own keeps waiting.
                tally.admits(record)
            else { continue }
            let count = record.resources.devices.count
            let allowed = state.team(named: record.team)?.limit.map {
                $0 - state.devicesHeld(by: record.team) + (back[record.team] ?? 0)
            }
            // Its time makes no difference here.
            let wish = ResourceRequest(
                devices: record.resources.devices, cores: record.resources.cores, memory: record.resources.memory)
            if allowed.map({ $0 >= count }) ?? true, !failed.contains(wish), serve(wish) {
                back[record.team, default: 0] -= count
            } else {
                if allowed.map({ $0 >= count }) ?? true { failed.insert(wish) }
                let new = UnmetRequest(team: record.team, resources: wish, allowed: allowed)
                if !unmetOnes.contains(new) {
                    guard room.indices.contains(where: { missing(to: wish, on: $0) != nil }) else { continue }
                    unmetOnes.insert(new)
                    unmet.append(new)
                }
            }
            // All that there is has been asked for.
            asked += count
            if asked >= slots { return }
        }
    }

    /// Gives a request what is there; false: no node has it all.
    private mutating func serve(_ resources: ResourceRequest) -> Bool {
        for place in room.indices where room[place].missing(to: resources, on: state.nodes[place]) == 0 {
            room[place].give(resources, on: state.nodes[place])
            return true
        }
        return false
    }

    /// How many devices a node lacks for a request, one at least where it lacks cores or memory; nil: it never has enough.
    private func missing(to resources: ResourceRequest, on place: Int) -> Int? {
        room[place].missing(to: resources, on: state.nodes[place])
    }

    private func otherNodes(than place: Int) -> some Sequence<Int> { state.nodes.indices.lazy.filter { $0 != place } }

    /// Whether a lease holds what a request could have of its node.
    private func gives(_ id: LeaseID, to resources: ResourceRequest, on place: Int) -> Bool {
        let node = state.nodes[place]
        return node.takesLeases
            && node.slots.contains { $0.holder == id && $0.isSound && resources.devices.matches($0.device) }
    }

    /// A lease there was warned for the second time, and would help too.
    private func hasCandidate(for resources: ResourceRequest, on place: Int) -> Bool {
        let node = state.nodes[place]
        return node.takesLeases
            && node.slots.contains { slot in
                guard let holder = slot.holder, !leaves(holder), let lease = state.requests[holder]?.lease else {
                    return false
                }
                return lease.phase == .running && lease.contact == .known && lease.idle?.notices.warnedAgainAt != nil
                    && slot.isSound && resources.devices.matches(slot.device)
            }
    }
}

/// A request that waits for more than is there.
private struct UnmetRequest: Hashable, Sendable {
    let team: TeamName
    let resources: ResourceRequest
    /// How many devices its team's limit leaves; nil: it has none.
    let allowed: Int?
}
