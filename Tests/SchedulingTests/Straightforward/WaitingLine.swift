import FleetModel
import LeaseLedger

/// A request in the line, with all that its place depends on.
struct Waiter {
    let id: LeaseID
    let user: UserName
    let team: Int?
    let shape: Int
    let deviceCount: Int
    /// Device-milliseconds, decayed to now.
    let usage: Int64
    /// When its lease would end if it began now.
    let endsAt: Timestamp
    /// Since when devices are held for it; nil: it has not waited long enough.
    let overdueSince: Timestamp?
    /// What counts among equals: where it waits again, its first request's number.
    let place: LeaseID
}

/// Why a request comes where it comes, strongest first.
enum Standing: Int, CaseIterable {
    case guaranteed
    case overdue
    case regular
}

/// Who waits, in the order in which spare devices are offered: least decayed usage first, then the oldest request.
/// Usage doesn't change inside a pass.
struct WaitingLine {
    let waiters: [Waiter]
    /// For each place the next one of equal usage has ended: the first place whose user used more.
    private let runEnds: [Int]

    init(_ waiters: [Waiter]) {
        let sorted = waiters.sorted { ($0.usage, $0.place) < ($1.usage, $1.place) }
        var runEnds = Array(repeating: sorted.count, count: sorted.count)
        for place in sorted.indices.dropLast().reversed() {
            runEnds[place] = sorted[place].usage == sorted[place + 1].usage ? runEnds[place + 1] : place + 1
        }
        self.waiters = sorted
        self.runEnds = runEnds
    }

    /// The places after this one whose users used just as much.
    func equals(after place: Int) -> Range<Int> { place + 1..<runEnds[place] }

    /// The first place whose user used more; nil: nobody did.
    func firstWithMore(than place: Int) -> Int? { runEnds[place] < waiters.count ? runEnds[place] : nil }
}
