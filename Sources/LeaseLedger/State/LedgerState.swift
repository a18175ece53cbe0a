package import FleetModel

/// Who holds what, until when: the only authority.
///
/// A value. It changes through `apply` alone; `decide` and `observe` say what to apply. No clock, no randomness, no
/// input or output: time and numbers arrive in commands.
package struct LedgerState: Sendable {
    /// How many closed requests stay here; older ones are in the store's projection.
    package static let closedKept = 1_000

    /// The number of the last event that was applied; 0 for a new ledger.
    package internal(set) var sequence: Int64 = 0
    /// The time of that event.
    package internal(set) var time = Timestamp(milliseconds: 0)
    /// What the next request will be called.
    package internal(set) var nextID = LeaseID(1)
    /// The numbers of attempts up to this one may have been used by a time that a restored ledger doesn't know; 0: there
    /// was none.
    package internal(set) var attemptsAbove = 0
    package internal(set) var policy = SchedulingPolicy()
    /// Since when leases are looked at, to see whether they are used; nil: nobody ever did.
    package internal(set) var idleWatchedSince: Timestamp?
    /// Those that are not over, in order.
    package internal(set) var reservations: [Reservation] = []
    /// What the next reservation will be called.
    package internal(set) var nextReservationID = ReservationID(1)
    /// In order of their names.
    package internal(set) var teams: [Team] = []
    /// In order of their names.
    package internal(set) var nodes: Chunked<NodeRecord> = []
    package internal(set) var requests = RequestTable()
    /// Requests that wait, oldest first.
    package internal(set) var waiting: Chunked<LeaseID> = []
    /// Leases that hold devices, in order.
    package internal(set) var live: Chunked<LeaseID> = []
    /// Requests that are over and still in `requests`, in the order in which they ended.
    package internal(set) var over: [LeaseID] = []
    /// In order of the users' names.
    package internal(set) var usage: Chunked<UserUsage> = []
    /// What ended leases count for in limits of a week; in order of the owners.
    package internal(set) var weeks: Chunked<OwnedWeek> = []
    /// Follows from all of the above.
    package internal(set) var index = LedgerIndex()

    package init() {}

    /// When the shell must wake even if nothing happens, as far as the newest event tells. nil: never.
    package var nextDeadline: Timestamp? { nextDeadline(after: time) }

    /// When the shell must wake even if nothing happens, seen from `given`: the next lease's end, which is in the past
    /// while an end is due, the end of a grace, the time at which work is told of its end, or what is due for a reservation.
    /// Of graces and tellings those that are over need no waking: no event follows from them, only an effect. nil: never.
    package func nextDeadline(after given: Timestamp) -> Timestamp? {
        let now = max(given, time)
        func next(of deadlines: Chunked<LedgerIndex.Deadline>) -> Timestamp? {
            let place = deadlines.partitioningIndex { $0.at > now }
            return place < deadlines.count ? deadlines[place].at : nil
        }
        return [next(of: index.kills), next(of: index.tellings), index.ends.first?.at, reservationDeadline(after: now)]
            .compactMap(\.self).min()
    }

    /// The live leases, in order.
    package var liveLeases: [(id: LeaseID, record: RequestRecord, lease: Lease)] {
        live.compactMap { id in
            guard let record = requests[id], let lease = record.lease else { return nil }
            return (id, record, lease)
        }
    }

    /// The team of a user; `everyone` for those who are in none.
    package func team(of user: UserName) -> TeamName {
        index.teamOfUser[user] ?? .everyone
    }

    /// nil: there is no such team.
    package func team(named name: TeamName) -> Team? {
        let place = teams.partitioningIndex { $0.name >= name }
        return place < teams.count && teams[place].name == name ? teams[place] : nil
    }

    /// Where a device is; nil: no node ever listed it, or it is gone and forgotten.
    package func slot(of key: DeviceKey) -> (node: Int, slot: Int)? {
        for (index, node) in nodes.enumerated() {
            if let found = node.slotIndex(of: key) { return (index, found) }
        }
        return nil
    }

    /// Where a node is in `nodes`; nil: it never reported.
    package func nodeIndex(of name: NodeName) -> Int? {
        let place = nodes.partitioningIndex { $0.name >= name }
        return place < nodes.count && nodes[place].name == name ? place : nil
    }

    /// The devices of an allocation, in order of their keys; those that are gone and forgotten are left out.
    package func devices(of allocation: Allocation) -> [Device] {
        guard let node = nodeIndex(of: allocation.node) else { return [] }
        return allocation.devices.compactMap { key in
            nodes[node].slotIndex(of: key).map { nodes[node].slots[$0].device }
        }
    }
}

extension NodeRecord {
    /// Where a device is in `slots`; nil: the node does not know it.
    package func slotIndex(of key: DeviceKey) -> Int? {
        let place = slots.partitioningIndex { $0.device.key >= key }
        return place < slots.count && slots[place].device.key == key ? place : nil
    }
}

extension Array {
    /// The first index whose element is in the second part; the array is sorted so that these come last.
    func partitioningIndex(where belongsInSecondPart: (Element) -> Bool) -> Int {
        var low = 0, high = count
        while low < high {
            let middle = low + (high - low) / 2
            if belongsInSecondPart(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension Array where Element: Comparable {
    /// Keeps the array sorted; an element that is there already is not added again.
    mutating func insertSorted(_ element: Element) {
        let place = partitioningIndex { $0 >= element }
        if place == count || self[place] != element { insert(element, at: place) }
    }

    mutating func removeSorted(_ element: Element) {
        let place = partitioningIndex { $0 >= element }
        if place < count, self[place] == element { remove(at: place) }
    }
}
