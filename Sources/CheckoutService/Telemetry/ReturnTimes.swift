package import FleetModel
import LeaseLedger
import Synchronization

/// How long returns took since the server's start: from the end of the work to the moment at which its devices were looked at and
/// offered again, or put away.
package final class ReturnTimes: Sendable {
    /// What was counted.
    package struct Counted: Sendable {
        /// By bound, those that took no longer.
        package fileprivate(set) var cumulative = [Int64](repeating: 0, count: ReturnTimes.bounds.count)
        package fileprivate(set) var count: Int64 = 0
        package fileprivate(set) var sum = TimeSpan.zero
        /// Each as it is in `reasons`.
        package fileprivate(set) var byReason: [EndReason: Int64] = [:]
    }

    package static let bounds: [TimeSpan] = [
        TimeSpan(milliseconds: 50), TimeSpan(milliseconds: 100), TimeSpan(milliseconds: 250), TimeSpan(milliseconds: 500),
        .seconds(1), .seconds(2), .seconds(5), .seconds(10), .seconds(30), .minutes(1), .minutes(5), .minutes(30),
    ]

    /// Every reason, without its details.
    package static let reasons: [EndReason] = [
        .finished, .expired, .returned(by: nobody), .idle, .preempted, .revoked(by: nobody, reason: ""), .nodeLost,
        .deviceFailed(detail: ""), .launchFailed, .drained,
    ]
    fileprivate static let nobody = UserName("")

    private let guarded = Mutex(Counted())

    package init() {}

    package var counted: Counted { guarded.withLock { $0 } }

    package func take(_ receipt: Receipt) {
        let span = max(.zero, receipt.closedAt - receipt.endedAt)
        guarded.withLock { counted in
            counted.byReason[receipt.reason.bare, default: 0] += 1
            // Where there were no devices, nothing came back.
            guard receipt.deviceTime > .zero else { return }
            counted.count += 1
            counted.sum = counted.sum + span
            for (index, bound) in Self.bounds.enumerated() where span <= bound { counted.cumulative[index] += 1 }
        }
    }

    /// Follows the ledger until cancelled. Those that were over before are not counted.
    func follow(_ publisher: StatePublisher) async {
        let changes = publisher.changes()
        var newest = publisher.state.over.last
        for await _ in changes {
            let state = publisher.state
            var fresh: [LeaseID] = []
            for id in state.over.reversed() {
                if id == newest { break }
                fresh.append(id)
            }
            newest = state.over.last
            for id in fresh.reversed() { if let receipt = state.requests[id]?.lease?.receipt { take(receipt) } }
        }
    }
}

extension EndReason {
    fileprivate var bare: EndReason {
        switch self {
        case .returned: .returned(by: ReturnTimes.nobody)
        case .revoked: .revoked(by: ReturnTimes.nobody, reason: "")
        case .deviceFailed: .deviceFailed(detail: "")
        case .finished, .expired, .idle, .preempted, .nodeLost, .launchFailed, .drained: self
        }
    }
}
