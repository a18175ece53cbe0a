import FleetModel
import LeaseLedger

/// Everything that a pass hands out, and what it holds back. Nodes are as the ledger has them until the pass touches them.
struct Pool {
    let state: LedgerState
    let now: Timestamp
    let book: ReservationBook
    private(set) var holds: [Hold] = []
    /// The nodes that the pass has touched, and for each its number.
    private(set) var touched: [PoolNode] = []
    private(set) var touchedNumbers: [Int] = []
    private var placeOfTouched: [Int: Int] = [:]
    /// For each shape that holds were sought for, what was found so far.
    var searches: [StartSearch.Key: StartSearch] = [:]

    init(_ state: LedgerState, at now: Timestamp) {
        self.state = state
        self.now = now
        book = ReservationBook(state)
    }

    /// A pool without what the pass has done so far.
    var untouched: Pool { Pool(state, at: now) }

    func shape(_ number: Int) -> Shape { state.index.queue.shapes[number].shape }

    func node(_ number: Int) -> PoolNode {
        placeOfTouched[number].map { touched[$0] } ?? PoolNode(state.nodes[number])
    }

    func isTouched(_ node: Int) -> Bool { placeOfTouched[node] != nil }

    /// The slots of a node whose devices match, whoever holds them.
    func matching(_ shape: Int, on node: Int) -> [Int] {
        let entry = state.index.queue.shapes[shape]
        return state.matchingSlots(entry.shape, entry.kinds, on: node)
    }

    /// Who occupies a node, for holds and explanations.
    func occupancies(on number: Int) -> [Occupancy] {
        let before = state.index.pool.nodes[number].occupancies
        return placeOfTouched[number].map { before + touched[$0].newcomers } ?? before
    }

    /// When a lease gives everything back, seen from now; nil: nothing says when.
    func freeAt(_ occupancy: Occupancy) -> Timestamp? { occupancy.backAt.map { max($0, now) } }

    private func backTimes(on number: Int) -> [Int64] {
        let node = node(number)
        return availability(on: node, occupancies(on: number)).enumerated()
            .compactMap { node.holdOfSlot[$0.offset] == nil ? $0.element?.milliseconds : nil }.sorted()
    }

    mutating func take(_ placement: Placement, for id: LeaseID, until endsAt: Timestamp) {
        let place = touch(placement.node)
        touched[place].occupy(
            Occupancy(
                id: id, slots: placement.slots, cores: placement.cores, memory: placement.memory, backAt: endsAt))
        lessenSpare(on: placement.node, cores: placement.cores, memory: placement.memory, until: endsAt)
        touched[place].backTimes = backTimes(on: placement.node)
    }

    mutating func add(_ hold: Hold) {
        let place = touch(hold.node)
        lessenSpare(on: hold.node, cores: hold.cores, memory: hold.memory, until: nil)
        touched[place].add(hold: holds.count, over: hold.slots)
        holds.append(hold)
        touched[place].backTimes = backTimes(on: hold.node)
    }

    private mutating func touch(_ number: Int) -> Int {
        if let place = placeOfTouched[number] { return place }
        placeOfTouched[number] = touched.count
        touched.append(PoolNode(state.nodes[number]))
        touchedNumbers.append(number)
        return touched.count - 1
    }

    /// Whether cores and memory are left beside the holds of a node until a time; nil: for good.
    func leavesHoldsWhole(_ node: PoolNode, cores: MilliCores, memory: MemoryBytes, until endsAt: Timestamp?) -> Bool {
        node.holds.allSatisfy { number in
            let hold = holds[number]
            if let endsAt, endsAt <= hold.shadow { return true }
            return cores <= hold.coresSpare && memory <= hold.memorySpare
        }
    }

    private mutating func lessenSpare(on number: Int, cores: MilliCores, memory: MemoryBytes, until endsAt: Timestamp?) {
        for number in node(number).holds {
            if let endsAt, endsAt <= holds[number].shadow { continue }
            holds[number].coresSpare = holds[number].coresSpare - cores
            holds[number].memorySpare = holds[number].memorySpare - memory
        }
    }
}
