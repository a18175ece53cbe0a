package import FleetModel
import Synchronization

/// The sizes that terminals were given since the server began, for those who look on: what is drawn for one size can't be shown in
/// another. Only for screens; a terminal's own word counts.
package final class TerminalSizes: Sendable {
    private let known = Mutex<[LeaseID: TerminalSize]>([:])
    /// Those of leases that are over are let go when there are so many.
    private static let many = 256

    /// nil: nobody has given it one.
    package subscript(_ id: LeaseID) -> TerminalSize? { known.withLock { $0[id] } }

    /// - Parameter isOpen: whether a request is not over.
    package func set(_ size: TerminalSize, of id: LeaseID, whereOpen isOpen: (LeaseID) -> Bool) {
        known.withLock { known in
            if known.count >= Self.many { known = known.filter { isOpen($0.key) } }
            known[id] = size
        }
    }
}
