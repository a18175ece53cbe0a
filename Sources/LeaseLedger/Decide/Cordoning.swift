import FleetModel

extension LedgerState {
    /// An order takes the place of a suspicion.
    func decideCordon(
        of name: NodeName, _ detail: String, _ requester: Requester, at now: Timestamp
    ) throws(Rejection) -> [Event] {
        guard requester.isAdministrator else { throw .needsAdministrator }
        guard let node = nodeIndex(of: name) else { throw .unknownNode(name) }
        if let known = nodes[node].cordon, !known.isSuspicion { throw .alreadyCordoned(name) }
        return [cordoned(name, .ordered(by: requester.user, detail: detail), at: now)]
    }

    func decideUncordon(of name: NodeName, _ requester: Requester) throws(Rejection) -> [Event] {
        guard requester.isAdministrator else { throw .needsAdministrator }
        guard let node = nodeIndex(of: name) else { throw .unknownNode(name) }
        guard nodes[node].cordon != nil else { throw .notCordoned(name) }
        return [.nodeUncordoned(NodeUncordoned(node: name, by: requester.user))]
    }

    /// Nothing where no lease begins already.
    func observeSuspicion(of name: NodeName, _ detail: String, at now: Timestamp) -> [Event] {
        guard let node = nodeIndex(of: name), nodes[node].cordon == nil else { return [] }
        return [cordoned(name, .suspected(detail: detail), at: now)]
    }

    /// What a person ordered is for a person to lift.
    func observeTrust(in name: NodeName) -> [Event] {
        guard let node = nodeIndex(of: name), nodes[node].cordon?.isSuspicion == true else { return [] }
        return [.nodeUncordoned(NodeUncordoned(node: name, by: nil))]
    }

    private func cordoned(_ name: NodeName, _ reason: Cordon.Reason, at now: Timestamp) -> Event {
        .nodeCordoned(NodeCordoned(node: name, cordon: Cordon(reason, since: now)))
    }
}
