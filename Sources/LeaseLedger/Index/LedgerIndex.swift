package import FleetModel

/// What the ledger finds things by: all of it follows from the records, is kept up to date by `apply`, and is made anew
/// when a checkpoint is read. It is in no checkpoint and no part of what makes two states equal.
package struct LedgerIndex: Hashable, Sendable {
    /// A moment at which something is due for a lease.
    struct Deadline: Hashable, Comparable, Sendable {
        let at: Timestamp
        let id: LeaseID

        static func < (left: Deadline, right: Deadline) -> Bool {
            left.at != right.at ? left.at < right.at : left.id < right.id
        }
    }

    /// What a team holds now.
    struct TeamHolding: Hashable, Sendable {
        let team: TeamName
        var devices: Int
        /// Of these, those of leases that are ending, being looked at, or being taken back.
        var leaving = 0
    }

    /// A live lease with devices, and who it counts for.
    struct Held: Hashable, Comparable, Sendable {
        let owner: LimitOwner
        let lease: LeaseID

        static func < (left: Held, right: Held) -> Bool {
            left.owner != right.owner ? left.owner < right.owner : left.lease < right.lease
        }
    }

    /// A lease that is being taken back, or was and still holds its devices.
    package struct TakenBack: Hashable, Comparable, Sendable {
        package let request: LeaseID
        package let lease: LeaseID

        package static func < (left: TakenBack, right: TakenBack) -> Bool {
            left.request != right.request ? left.request < right.request : left.lease < right.lease
        }
    }

    /// The ends of leases that are not ending yet.
    var ends: Chunked<Deadline> = []
    /// When leases that are ending are ended by force.
    var kills: Chunked<Deadline> = []
    /// When work is to be told of its end by time.
    var tellings: Chunked<Deadline> = []
    /// In order of the names; teams that hold nothing are left out.
    private(set) var holdings: Chunked<TeamHolding> = []
    /// In order of the requests that they are for.
    package private(set) var takenBack: Chunked<TakenBack> = []
    /// Requests that wait and for which leases were ended, in order.
    package private(set) var favoured: [LeaseID] = []
    /// Live leases with devices, in order of their users and of their teams.
    private(set) var held: Chunked<Held> = []
    var teamOfUser: [UserName: TeamName] = [:]
    package internal(set) var queue = WaitingQueue()
    package internal(set) var pool = NodeOutlooks()

    init() {}

    func devicesHeld(by team: TeamName) -> Int {
        let place = holdings.partitioningIndex { $0.team >= team }
        return place < holdings.count && holdings[place].team == team ? holdings[place].devices : 0
    }

    mutating func count(_ devices: Int, for team: TeamName) {
        guard devices != 0 else { return }
        let place = holdings.partitioningIndex { $0.team >= team }
        if place == holdings.count || holdings[place].team != team {
            holdings.insert(TeamHolding(team: team, devices: 0), at: place)
        }
        holdings.update(at: place) { $0.devices += devices }
        if holdings[place].devices == 0 { holdings.remove(at: place) }
    }

    /// The teams that hold or held devices, in order.
    var teams: [TeamName] { holdings.map(\.team) }

    func devicesLeaving(of team: TeamName) -> Int {
        let place = holdings.partitioningIndex { $0.team >= team }
        return place < holdings.count && holdings[place].team == team ? holdings[place].leaving : 0
    }

    mutating func count(leaving devices: Int, of team: TeamName) {
        guard devices != 0 else { return }
        let place = holdings.partitioningIndex { $0.team >= team }
        guard place < holdings.count, holdings[place].team == team else { return }
        holdings.update(at: place) { $0.leaving += devices }
    }

    /// A lease holds devices from now on, or does so no more.
    mutating func setHolder(_ record: RequestRecord, isLive: Bool) {
        guard record.resources.devices.count > 0 else { return }
        for owner in [LimitOwner.user(record.user), .team(record.team)] {
            let entry = Held(owner: owner, lease: record.id)
            if isLive { held.insertSorted(entry) } else { held.removeSorted(entry) }
        }
    }

    /// The live leases with devices that count for a limit, oldest first.
    func leases(of owner: LimitOwner) -> [LeaseID] {
        let first = held.partitioningIndex { $0.owner >= owner }
        return held[first...].prefix { $0.owner == owner }.map(\.lease)
    }

    mutating func setFavoured(_ id: LeaseID, _ isFavoured: Bool) {
        if isFavoured { favoured.insertSorted(id) } else if !favoured.isEmpty { favoured.removeSorted(id) }
    }

    mutating func setTeams(_ teams: [Team]) {
        teamOfUser = [:]
        // The first team that names a user has them.
        for team in teams.reversed() { for user in team.members { teamOfUser[user] = team.name } }
    }

    /// A lease is `new` where it was `old`; nil: it is not there.
    mutating func changeLease(_ id: LeaseID, from old: Lease?, to new: Lease?) {
        if old?.endDue != new?.endDue {
            if let at = old?.endDue { ends.removeSorted(Deadline(at: at, id: id)) }
            if let at = new?.endDue { ends.insertSorted(Deadline(at: at, id: id)) }
        }
        if old?.tellDue != new?.tellDue {
            if let at = old?.tellDue { tellings.removeSorted(Deadline(at: at, id: id)) }
            if let at = new?.tellDue { tellings.insertSorted(Deadline(at: at, id: id)) }
        }
        if old?.killDue != new?.killDue {
            if let at = old?.killDue { kills.removeSorted(Deadline(at: at, id: id)) }
            if let at = new?.killDue { kills.insertSorted(Deadline(at: at, id: id)) }
        }
        if old?.takenBackFor != new?.takenBackFor {
            if let request = old?.takenBackFor { takenBack.removeSorted(TakenBack(request: request, lease: id)) }
            if let request = new?.takenBackFor { takenBack.insertSorted(TakenBack(request: request, lease: id)) }
        }
    }
}

extension Lease {
    /// When its time is over; nil: it is ending already.
    fileprivate var endDue: Timestamp? { phase.mayBecome(.ending) ? plannedEnd : nil }

    /// When it ends, or its notice does, or its node is to be empty, if nothing changes.
    private var plannedEnd: Timestamp {
        reclaim.map { min($0.endsAt, lastsUntil) } ?? lastsUntil
    }

    /// The request that its devices are taken back for, as long as it has them; nil: none.
    fileprivate var takenBackFor: LeaseID? { phase.isLive ? reclaim?.for : nil }

    /// Whether it has devices that could be asked back, by itself: whose they are is another question.
    var couldBeTakenBack: Bool {
        phase.mayBecome(.ending) && contact == .known && reclaim == nil && !allocation.devices.isEmpty
    }

    /// The devices that it is about to give back: it is ending, being looked at, or being taken back.
    package var devicesLeaving: Int {
        let isLeaving = phase == .ending || phase == .verifying || reclaim != nil && phase.isLive
        return isLeaving ? allocation.devices.count : 0
    }

    /// When it is ended by force; nil: it is not ending.
    fileprivate var killDue: Timestamp? { phase == .ending ? ending?.killAt : nil }

    /// When the devices are expected back; the beginning of time: it gives them back already. A lease whose devices failed
    /// a look comes back at an unknown time, and so does one that nobody can reach.
    package var backAt: Timestamp? {
        guard contact == .known else { return nil }
        let already = Timestamp(milliseconds: .min)
        switch phase {
        case .pledged, .starting, .running: return plannedEnd
        case .ending, .closed: return already
        case .verifying: return failedChecks.isEmpty ? already : nil
        }
    }

    /// As `backAt`, and no sooner because it is being taken back: that may be withdrawn. For what must be kept.
    package var surelyBackAt: Timestamp? {
        contact == .known && reclaim != nil && phase.mayBecome(.ending) ? lastsUntil : backAt
    }
}
