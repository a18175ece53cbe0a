package import DevicePolicy
package import FleetModel
import Synchronization

/// What the rule of idle return says of each lease now, for every screen. It is no part of the ledger: what it loses
/// comes again.
package final class IdleBoard: Sendable {
    private let verdicts = Mutex<[LeaseID: IdleVerdict]>([:])

    package init() {}

    /// nil: nobody looks at it.
    package subscript(id: LeaseID) -> IdleVerdict? { verdicts.withLock { $0[id] } }

    func show(_ all: [LeaseID: IdleVerdict]) { verdicts.withLock { $0 = all } }
}
