import FleetModel

/// What a state is: its records. The index follows from them.
extension LedgerState: Hashable {
    package static func == (left: LedgerState, right: LedgerState) -> Bool {
        left.sequence == right.sequence && left.time == right.time && left.nextID == right.nextID
            && left.attemptsAbove == right.attemptsAbove
            && left.policy == right.policy && left.teams == right.teams && left.nodes == right.nodes
            && left.requests == right.requests && left.waiting == right.waiting && left.live == right.live
            && left.over == right.over && left.usage == right.usage && left.idleWatchedSince == right.idleWatchedSince
            && left.weeks == right.weeks && left.reservations == right.reservations
            && left.nextReservationID == right.nextReservationID
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(sequence)
        hasher.combine(time)
        hasher.combine(nextID)
        hasher.combine(attemptsAbove)
        hasher.combine(policy)
        hasher.combine(teams)
        hasher.combine(nodes)
        hasher.combine(requests)
        hasher.combine(waiting)
        hasher.combine(live)
        hasher.combine(over)
        hasher.combine(usage)
        hasher.combine(idleWatchedSince)
        hasher.combine(reservations)
        hasher.combine(weeks)
        hasher.combine(nextReservationID)
    }
}

extension LedgerState: Codable {
    private enum CodingKeys: CodingKey {
        case sequence, time, nextID, attemptsAbove, policy, teams, nodes, requests, waiting, live, over, usage
        case idleWatchedSince, reservations, nextReservationID, weeks
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        sequence = try container.decode(Int64.self, forKey: .sequence)
        time = try container.decode(Timestamp.self, forKey: .time)
        nextID = try container.decode(LeaseID.self, forKey: .nextID)
        attemptsAbove = try container.decodeIfPresent(Int.self, forKey: .attemptsAbove) ?? 0
        policy = try container.decode(SchedulingPolicy.self, forKey: .policy)
        teams = try container.decode([Team].self, forKey: .teams)
        nodes = try container.decode(Chunked<NodeRecord>.self, forKey: .nodes)
        requests = try container.decode(RequestTable.self, forKey: .requests)
        waiting = try container.decode(Chunked<LeaseID>.self, forKey: .waiting)
        live = try container.decode(Chunked<LeaseID>.self, forKey: .live)
        over = try container.decode([LeaseID].self, forKey: .over)
        usage = try container.decode(Chunked<UserUsage>.self, forKey: .usage)
        idleWatchedSince = try container.decodeIfPresent(Timestamp.self, forKey: .idleWatchedSince)
        reservations = try container.decodeIfPresent([Reservation].self, forKey: .reservations) ?? []
        nextReservationID =
            try container.decodeIfPresent(ReservationID.self, forKey: .nextReservationID) ?? ReservationID(1)
        weeks = try container.decodeIfPresent(Chunked<OwnedWeek>.self, forKey: .weeks) ?? []
        index = rebuiltIndex()
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(sequence, forKey: .sequence)
        try container.encode(time, forKey: .time)
        try container.encode(nextID, forKey: .nextID)
        if attemptsAbove > 0 { try container.encode(attemptsAbove, forKey: .attemptsAbove) }
        try container.encode(policy, forKey: .policy)
        try container.encode(teams, forKey: .teams)
        try container.encode(nodes, forKey: .nodes)
        try container.encode(requests, forKey: .requests)
        try container.encode(waiting, forKey: .waiting)
        try container.encode(live, forKey: .live)
        try container.encode(over, forKey: .over)
        try container.encode(usage, forKey: .usage)
        try container.encodeIfPresent(idleWatchedSince, forKey: .idleWatchedSince)
        if !reservations.isEmpty { try container.encode(reservations, forKey: .reservations) }
        if nextReservationID > ReservationID(1) { try container.encode(nextReservationID, forKey: .nextReservationID) }
        if !weeks.isEmpty { try container.encode(weeks, forKey: .weeks) }
    }
}
