import FleetModel

extension LedgerState {
    /// Cordons a node and says by when it is to be empty. Leases that last longer get that as their end; given again, the
    /// new deadline counts.
    func decideDrain(
        of name: NodeName, by given: Timestamp, _ detail: String, _ requester: Requester, at now: Timestamp
    ) throws(Rejection) -> [Event] {
        guard requester.isAdministrator else { throw .needsAdministrator }
        guard let node = nodeIndex(of: name) else { throw .unknownNode(name) }
        guard now - given <= Self.onTheWay else { throw .drainInThePast(by: now - given) }
        let deadline = max(given, now)
        let reason = Cordon.Reason.ordered(by: requester.user, detail: detail)
        let cordon = Cordon(reason, since: now, drainBy: deadline)
        if let known = nodes[node].cordon, known.reason == reason, known.drainBy == deadline { return [] }
        let leases = index.pool.nodes[node].leases.filter { id in
            guard let lease = requests[id]?.lease, lease.phase.mayBecome(.ending) else { return false }
            return lease.endsAt > deadline || lease.drainAt != nil
        }
        return [.nodeCordoned(NodeCordoned(node: name, cordon: cordon))]
            + leases.map { .leaseDraining(LeaseDraining(id: $0, endsAt: deadline, by: requester.user)) }
    }

    /// A lease on a node that is drained lasts no longer than the deadline.
    func checkDrain(_ id: LeaseID, _ lease: Lease, until endsAt: Timestamp, at now: Timestamp) throws(Rejection) {
        guard let node = nodeIndex(of: lease.allocation.node), let deadline = nodes[node].cordon?.drainBy,
            endsAt > deadline
        else { return }
        throw .nodeDrained(id, nodes[node].name, until: max(.zero, deadline - now))
    }

    /// A node is drained no more: its leases have their own ends again.
    mutating func forgetDrain(of name: NodeName) {
        guard let node = nodeIndex(of: name) else { return }
        for id in index.pool.nodes[node].leases where requests[id]?.lease?.drainAt != nil {
            guard requests[id]?.lease?.phase.mayBecome(.ending) ?? false else { continue }
            updateLease(id) { $0.drainAt = nil }
        }
    }
}

extension NodeRecord {
    /// It is drained: no lease begins there, and those that are there end by a deadline.
    package var isDraining: Bool { cordon?.drainBy != nil }
}
