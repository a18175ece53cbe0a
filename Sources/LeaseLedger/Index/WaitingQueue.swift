package import FleetModel

/// Requests that wait, sorted so that a pass finds whose turn it is without looking at all of them. Made from the
/// records alone, and kept beside them.
package struct WaitingQueue: Hashable, Sendable {
    /// For every user who waits, in order of their names.
    package private(set) var seats: Chunked<Seat> = []
    /// All who never held a device, as if they were one: they have used nothing, and the oldest request comes first.
    package private(set) var newcomers = Seat(user: nil)
    /// Users who wait and have held devices, by what they hold and what they have used.
    private(set) var ranks: Chunked<UsageRank> = []
    /// In order.
    package private(set) var shapes: Chunked<ShapeEntry> = []
    /// How many of them no node that is known could ever hold.
    package private(set) var impossibleCount = 0
    /// In order of the teams, then of the shapes.
    private(set) var demands: Chunked<Demand> = []
    /// The places of all who wait.
    package private(set) var places = RequestList()
    /// Requests that wait again stand where their first one stood: in order of those.
    private(set) var requeued: [Requeued] = []

    init() {}

    /// One user's requests.
    package struct Seat: Hashable, Sendable {
        /// nil: those of several users.
        package let user: UserName?
        package private(set) var lanes: Chunked<Lane> = []
        /// Those of all lanes.
        package private(set) var ids = RequestList()
    }

    /// Requests of one team and shape at one seat: they differ by their age and their time.
    package struct Lane: Hashable, Sendable {
        package let team: TeamName
        package let shape: Shape
        package fileprivate(set) var ids = RequestList()
    }

    /// A shape that somebody waits with.
    package struct ShapeEntry: Hashable, Sendable {
        package let shape: Shape
        /// Which kinds of devices match, by the numbers of `NodeOutlooks.kinds`.
        package var kinds: KindSet
        /// Whether a node that is known could hold it if it were empty.
        package var isPossible: Bool
        /// The times that its requests ask for, in order.
        fileprivate(set) var durations: Chunked<TimeSpan> = []
    }

    /// A request that waits again, and its place.
    struct Requeued: Hashable, Sendable {
        let place: LeaseID
        let id: LeaseID
    }

    /// How many wait with a shape in a team.
    struct Demand: Hashable, Sendable {
        let team: TeamName
        let shape: Shape
        var count = 0
    }
}

/// Requests that wait, oldest first, by their places: of a request that waits again that is its first one's number, of
/// any other its own.
package struct RequestList: Hashable, Sendable {
    fileprivate(set) var ids: Chunked<LeaseID> = []

    package var count: Int { ids.count }
    package subscript(place: Int) -> LeaseID { ids[place] }
    /// How many come before a number.
    package func rank(of id: LeaseID) -> Int { ids.partitioningIndex { $0 >= id } }
}

extension WaitingQueue.ShapeEntry {
    package var count: Int { durations.count }
    package var shortest: TimeSpan { durations[0] }
}

extension WaitingQueue.Seat {
    mutating func add(_ record: RequestRecord) {
        let shape = Shape(of: record.resources)
        let place = place(of: record.team, shape)
        if place == lanes.count || lanes[place].team != record.team || lanes[place].shape != shape {
            lanes.insert(WaitingQueue.Lane(team: record.team, shape: shape), at: place)
        }
        lanes.update(at: place) { $0.ids.ids.insertSorted(record.place) }
        ids.ids.insertSorted(record.place)
    }

    mutating func remove(_ record: RequestRecord) {
        let place = place(of: record.team, Shape(of: record.resources))
        lanes.update(at: place) { $0.ids.ids.removeSorted(record.place) }
        if lanes[place].ids.count == 0 { lanes.remove(at: place) }
        ids.ids.removeSorted(record.place)
    }

    /// Removes all requests of another seat.
    mutating func remove(_ other: WaitingQueue.Seat) {
        for lane in other.lanes {
            let place = place(of: lane.team, lane.shape)
            lanes.update(at: place) { mine in for id in lane.ids.ids { mine.ids.ids.removeSorted(id) } }
            if lanes[place].ids.count == 0 { lanes.remove(at: place) }
        }
        for id in other.ids.ids { ids.ids.removeSorted(id) }
    }

    fileprivate func place(of team: TeamName, _ shape: Shape) -> Int {
        lanes.partitioningIndex { $0.team != team ? $0.team > team : $0.shape >= shape }
    }
}

extension WaitingQueue {
    /// The lanes of a seat with the numbers of their shapes, all of them or those of some shapes.
    package func lanes(of seat: Seat, shapes wanted: [Int]?) -> [(lane: Lane, shape: Int)] {
        guard let wanted, wanted.count < seat.lanes.count else {
            return seat.lanes.compactMap { lane in
                guard let number = shapeNumber(of: lane.shape), wanted?.contains(number) ?? true else { return nil }
                return (lane, number)
            }
        }
        var found: [(lane: Lane, shape: Int)] = []
        var place = 0
        while place < seat.lanes.count {
            let team = seat.lanes[place].team
            for number in wanted {
                let shape = shapes[number].shape, place = seat.place(of: team, shape)
                guard place < seat.lanes.count, seat.lanes[place].team == team, seat.lanes[place].shape == shape else {
                    continue
                }
                found.append((seat.lanes[place], number))
            }
            place = seat.lanes.partitioningIndex { $0.team > team }
        }
        return found
    }

    /// The request that stands at a place.
    package func request(at place: LeaseID) -> LeaseID {
        guard !requeued.isEmpty else { return place }
        let number = requeued.partitioningIndex { $0.place >= place }
        return number < requeued.count && requeued[number].place == place ? requeued[number].id : place
    }

    /// How many requests of a user wait.
    package func count(of user: UserName) -> Int { seat(of: user)?.ids.count ?? 0 }

    /// A user's requests; nil: none waits.
    package func seat(of user: UserName) -> Seat? {
        let place = seatPlace(of: user)
        return place < seats.count && seats[place].user == user ? seats[place] : nil
    }

    private func seatPlace(of user: UserName) -> Int { seats.partitioningIndex { ($0.user ?? user) >= user } }

    /// Where a shape is in `shapes`; nil: nobody waits with it.
    package func shapeNumber(of shape: Shape) -> Int? {
        let place = shapePlace(of: shape)
        return place < shapes.count && shapes[place].shape == shape ? place : nil
    }

    private func shapePlace(of shape: Shape) -> Int { shapes.partitioningIndex { $0.shape >= shape } }

    /// The most devices that anybody of a team waits for; nil: nobody of it waits.
    package func mostDevices(of team: TeamName) -> Int? {
        let end = demands.partitioningIndex { $0.team > team }
        return end > 0 && demands[end - 1].team == team ? demands[end - 1].shape.deviceCount : nil
    }

    /// The fewest devices, more than none, that anybody of a team waits for; nil: nobody of it does.
    package func fewestDevices(of team: TeamName) -> Int? {
        let place = demands.partitioningIndex { $0.team != team ? $0.team > team : $0.shape.deviceCount > 0 }
        return place < demands.count && demands[place].team == team ? demands[place].shape.deviceCount : nil
    }

    /// How many wait with a shape in a team.
    package func count(of shape: Shape, in team: TeamName) -> Int {
        let place = demandPlace(of: shape, in: team)
        guard place < demands.count, demands[place].team == team, demands[place].shape == shape else { return 0 }
        return demands[place].count
    }

    private func demandPlace(of shape: Shape, in team: TeamName) -> Int {
        demands.partitioningIndex { $0.team != team ? $0.team > team : $0.shape >= shape }
    }

    /// - Parameters:
    ///   - rank: where the user stands; nil: they never held a device.
    ///   - newShape: what is known of its shape, where it is the first to wait with it.
    mutating func add(_ record: RequestRecord, rank: UsageRank?, newShape: ShapeEntry?) {
        let user = record.user, shape = Shape(of: record.resources)
        let seat = seatPlace(of: user)
        if seat == seats.count || seats[seat].user != user { seats.insert(Seat(user: user), at: seat) }
        seats.update(at: seat) { $0.add(record) }
        if let rank { ranks.insertSorted(rank) } else { newcomers.add(record) }
        places.ids.insertSorted(record.place)
        if record.place != record.id {
            let number = requeued.partitioningIndex { $0.place >= record.place }
            requeued.insert(Requeued(place: record.place, id: record.id), at: number)
        }
        let place = shapePlace(of: shape)
        if let newShape {
            shapes.insert(newShape, at: place)
            impossibleCount += newShape.isPossible ? 0 : 1
        }
        shapes.update(at: place) { entry in
            entry.durations.insert(record.duration, at: entry.durations.partitioningIndex { $0 > record.duration })
        }
        let demand = demandPlace(of: shape, in: record.team)
        if demand == demands.count || demands[demand].team != record.team || demands[demand].shape != shape {
            demands.insert(Demand(team: record.team, shape: shape), at: demand)
        }
        demands.update(at: demand) { $0.count += 1 }
    }

    mutating func remove(_ record: RequestRecord, rank: UsageRank?) {
        let seat = seatPlace(of: record.user)
        seats.update(at: seat) { $0.remove(record) }
        if rank == nil { newcomers.remove(record) }
        places.ids.removeSorted(record.place)
        if record.place != record.id { requeued.removeAll { $0.id == record.id } }
        if seats[seat].ids.count == 0 {
            seats.remove(at: seat)
            if let rank { ranks.removeSorted(rank) }
        }
        let shape = Shape(of: record.resources)
        let place = shapePlace(of: shape)
        shapes.update(at: place) { entry in
            entry.durations.remove(at: entry.durations.partitioningIndex { $0 >= record.duration })
        }
        if shapes[place].count == 0 {
            impossibleCount -= shapes[place].isPossible ? 0 : 1
            shapes.remove(at: place)
        }
        let demand = demandPlace(of: shape, in: record.team)
        demands.update(at: demand) { $0.count -= 1 }
        if demands[demand].count == 0 { demands.remove(at: demand) }
    }

    /// A user's use was measured: they stand elsewhere, and are no newcomer any more.
    mutating func move(_ user: UserName, from old: UsageRank?, to new: UsageRank) {
        guard let seat = seat(of: user) else { return }
        if let old { ranks.removeSorted(old) } else { newcomers.remove(seat) }
        ranks.insertSorted(new)
    }

    /// The nodes have changed, and a shape with them.
    mutating func judge(_ place: Int, as judged: ShapeEntry) {
        if judged.kinds == shapes[place].kinds, judged.isPossible == shapes[place].isPossible { return }
        impossibleCount += (judged.isPossible ? 0 : 1) - (shapes[place].isPossible ? 0 : 1)
        shapes.update(at: place) { ($0.kinds, $0.isPossible) = (judged.kinds, judged.isPossible) }
    }

    /// Use fades at another rate: everybody stands elsewhere.
    mutating func setRanks(_ ranks: [UsageRank]) { self.ranks = Chunked(ranks.sorted()) }
}
