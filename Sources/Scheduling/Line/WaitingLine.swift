import FleetModel
import LeaseLedger

/// A request whose turn it is, with all that its place depends on.
struct Waiter {
    let id: LeaseID
    let user: UserName
    let team: Int?
    /// In the queue's shapes.
    let shape: Int
    let deviceCount: Int
    /// Device-milliseconds, decayed to now.
    let usage: Int64
    /// How long its lease would last.
    let span: TimeSpan
    /// When its lease would end if it began now.
    let endsAt: Timestamp
    /// Since when devices are held for it; nil: it has not waited long enough.
    let overdueSince: Timestamp?
}

/// Why a request comes where it comes, strongest first.
enum Standing: Int, CaseIterable {
    case guaranteed
    case overdue
    case regular
}

/// Requests of one team, shape and seat, oldest first.
struct Lane {
    let ids: RequestList
    /// nil: those of several users, or it makes no difference.
    let user: UserName?
    let teamName: TeamName
    let team: Int?
    let shape: Int
    let deviceCount: Int
    /// The first place that has not waited `policy.holdAfter`.
    let firstRegular: Int
}

/// Everybody who has used just as much: among them the oldest request comes first.
struct Run {
    let usage: Int64
    let seats: [WaitingQueue.Seat]
    /// What they wait for, as far as counting needs it: a lane for each seat where nothing else makes a difference.
    let counted: [Lane]
}

/// A place in the line: of a request that waits again, its first one's number counts.
struct Position: Comparable {
    let run: Int
    let id: LeaseID

    static func < (left: Position, right: Position) -> Bool { (left.run, left.id) < (right.run, right.id) }
}

/// Who waits, in the order in which spare devices are offered: least decayed use first, then the oldest request. Seen as
/// far as somebody asks; those who can never be placed are left out.
struct WaitingLine {
    private let queue: WaitingQueue
    private let teams: TeamBook
    private let leftOut: LeftOut
    private var users: RankedUsers
    private(set) var runs: [Run] = []
    /// The first request that has not waited `policy.holdAfter`; nil: all have.
    private let firstRegular: LeaseID?
    /// Whether it makes a difference who is of which team and asks for what.
    private let tellsApart: Bool

    init(
        _ state: LedgerState, at now: Timestamp, _ teams: TeamBook, _ leftOut: LeftOut, firstRegular: LeaseID?,
        tellsApart: Bool
    ) {
        self.tellsApart = tellsApart
        queue = state.index.queue
        users = RankedUsers(state, at: now)
        self.teams = teams
        self.leftOut = leftOut
        self.firstRegular = firstRegular
    }

    mutating func hasRun(_ number: Int) -> Bool {
        while runs.count <= number {
            guard let equals = users.next() else { return false }
            let seats = equals.users.compactMap { user in user.map { queue.seat(of: $0) } ?? queue.newcomers }
            let counted =
                tellsApart
                ? lanes(of: seats, shapes: nil)
                : seats.map {
                    Lane(
                        ids: $0.ids, user: nil, teamName: .everyone, team: nil, shape: 0, deviceCount: 0,
                        firstRegular: rank($0.ids))
                }
            runs.append(Run(usage: equals.usage, seats: seats, counted: counted))
        }
        return true
    }

    /// What the users of a run wait for, of some shapes or of all.
    func lanes(of seats: [WaitingQueue.Seat], shapes: [Int]?) -> [Lane] {
        seats.flatMap { seat in
            queue.lanes(of: seat, shapes: shapes).compactMap { lane, shape in
                let team = teams.number(of: lane.team)
                guard !leftOut.leavesOut(shape, lane.shape, of: team, teams) else { return nil }
                return Lane(
                    ids: lane.ids, user: seat.user, teamName: lane.team, team: team, shape: shape,
                    deviceCount: lane.shape.deviceCount,
                    firstRegular: rank(lane.ids))
            }
        }
    }

    private func rank(_ ids: RequestList) -> Int { firstRegular.map { ids.rank(of: $0) } ?? ids.count }
}

/// Who can never be placed.
struct LeftOut {
    /// For each shape whether no known node could ever hold it; empty: none is like that.
    private let isImpossible: [Bool]
    /// Whether anybody asks for more than their team may ever hold.
    let anyAboveLimit: Bool

    init(_ state: LedgerState, _ teams: TeamBook) {
        let queue = state.index.queue
        isImpossible = state.nodes.isEmpty || queue.impossibleCount == 0 ? [] : queue.shapes.map { !$0.isPossible }
        anyAboveLimit = teams.entries.contains { entry in
            guard let limit = entry.limit, let most = queue.mostDevices(of: entry.name) else { return false }
            return most > limit
        }
    }

    var anyImpossible: Bool { !isImpossible.isEmpty }
    var anybody: Bool { anyImpossible || anyAboveLimit }

    func isImpossible(_ shape: Int) -> Bool { anyImpossible && isImpossible[shape] }

    func leavesOut(_ shape: Int, _ asked: Shape, of team: Int?, _ teams: TeamBook) -> Bool {
        isImpossible(shape) || anyAboveLimit && teams.refusal(team, asking: asked.deviceCount) != nil
    }
}
