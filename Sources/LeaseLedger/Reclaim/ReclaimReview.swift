package import FleetModel

/// Judges what is being taken back: whether each request still has a right to it, and each lease is still borrowed.
/// Leases are asked about one after the other, since one that is spared counts for the next of its team.
package struct ReclaimReview {
    private let state: LedgerState
    private var standing: Set<LeaseID> = []
    /// What those requests will hold once they have theirs, by team.
    private var promised: [TeamName: Int] = [:]
    /// Devices of leases that are left alone, by team.
    private var spared: [TeamName: Int] = [:]
    /// The requests for which something is being taken back and who have a right to it, oldest first.
    package private(set) var requests: [LeaseID] = []

    /// What limits leave to the users of those requests and of more that come after them.
    package var tally: LimitTally

    package init(_ state: LedgerState, at now: Timestamp) {
        self.state = state
        tally = LimitTally(state, at: now)
        var last: LeaseID?
        for taken in state.index.takenBack where taken.request != last {
            last = taken.request
            guard state.policy.reclaim.isOn, let record = state.requests[taken.request], record.phase == .waiting,
                state.isGuaranteed(record, beside: promised[record.team] ?? 0),
                tally.admits(record)
            else { continue }
            tally.take(record)
            promised[record.team, default: 0] += record.resources.devices.count
            standing.insert(taken.request)
            requests.append(taken.request)
        }
    }

    /// The devices that requests of a team wait for and that are being taken back for them.
    package func promised(to team: TeamName) -> Int { promised[team] ?? 0 }

    /// Whether the lease is still to be taken back; false: it is spared.
    package mutating func stands(_ id: LeaseID) -> Bool {
        guard let record = state.requests[id], let lease = record.lease, let reclaim = lease.reclaim else { return false }
        let left = state.devicesBorrowed(by: record.team) + (spared[record.team] ?? 0)
        if left >= 0, standing.contains(reclaim.for) { return true }
        spared[record.team, default: 0] += lease.devicesLeaving
        return false
    }
}

extension LedgerState {
    /// Whether any lease is being taken back, or was for a request that still waits.
    package var takesAnythingBack: Bool { !index.takenBack.isEmpty || !index.favoured.isEmpty }

    /// What a team holds beyond its guarantee, without what it is about to give back; below 0: so much is missing to it.
    package func devicesBorrowed(by team: TeamName) -> Int {
        devicesHeld(by: team) - index.devicesLeaving(of: team) - (self.team(named: team)?.guarantee ?? 0)
    }

    /// Whether any team holds more than its guarantee.
    package var anythingIsBorrowed: Bool { index.teams.contains { devicesBorrowed(by: $0) > 0 } }

    /// Whether its team's guarantee covers a request, beside so many devices that are promised to others of the team.
    package func isGuaranteed(_ record: RequestRecord, beside promised: Int) -> Bool {
        let asked = record.resources.devices.count
        guard asked > 0, let guarantee = team(named: record.team)?.guarantee else { return false }
        return devicesHeld(by: record.team) + promised + asked <= guarantee
    }

    /// Why a lease can't be taken back now, whoever asks; nil: it can.
    package func objection(toTakingBack id: LeaseID, at now: Timestamp) -> Rejection.StaleReclaim? {
        guard policy.reclaim.isOn else { return .isOff }
        guard let record = requests[id], let lease = record.lease, lease.phase.mayBecome(.ending), lease.contact == .known,
            lease.reclaim == nil
        else { return .notRunning }
        let devices = lease.allocation.devices.count
        guard devices > 0 else { return .noDevices }
        if let reservation = record.resources.reservation, self.reservation(reservation) != nil {
            return .underReservation(reservation)
        }
        let borrowed = devicesBorrowed(by: record.team)
        guard devices <= borrowed else { return .notBorrowed(devices: devices, borrowed: borrowed) }
        let oldEnough = lease.grantedAt + policy.reclaim.minimumRun
        guard oldEnough <= now else { return .tooYoung(until: oldEnough) }
        guard lease.endsAt > now + policy.reclaim.notice else { return .endsAnyway(at: lease.endsAt) }
        return nil
    }

    /// Verifies reclaims that a plan proposes, each against the state that the ones before it leave.
    func decideReclaim(_ proposed: ProposedReclaim, at now: Timestamp) throws(Rejection) -> Event {
        if let objection = objection(toTakingBack: proposed.lease, at: now) {
            throw .staleReclaim(proposed.lease, objection)
        }
        guard let request = requests[proposed.request], request.phase == .waiting else {
            throw .staleReclaim(proposed.lease, .notWaiting(proposed.request))
        }
        var review = ReclaimReview(self, at: now)
        let isKnown = review.requests.contains(proposed.request)
        guard isKnown || isGuaranteed(request, beside: review.promised(to: request.team)) else {
            throw .staleReclaim(
                proposed.lease,
                .notGuaranteed(
                    held: devicesHeld(by: request.team) + review.promised(to: request.team),
                    asked: request.resources.devices.count, guarantee: team(named: request.team)?.guarantee ?? 0))
        }
        if !isKnown, let limit = review.tally.limitReached(by: request) {
            throw .staleReclaim(proposed.lease, .aboveLimit(limit))
        }
        return .leaseReclaiming(
            LeaseReclaiming(id: proposed.lease, for: proposed.request, endsAt: now + policy.reclaim.notice))
    }

    func decideWithdrawal(of id: LeaseID) throws(Rejection) -> Event {
        guard let lease = requests[id]?.lease, lease.reclaim != nil, lease.phase.mayBecome(.ending) else {
            throw .staleReclaim(id, .notReclaimed)
        }
        return .reclaimWithdrawn(ReclaimWithdrawn(id: id))
    }
}
