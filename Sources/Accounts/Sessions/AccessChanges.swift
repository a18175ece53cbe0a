import Synchronization

/// Counts what takes a right away, so that whoever watches what is open need not look while nothing did.
package final class AccessChanges: Sendable {
    private let count = Atomic<UInt64>(0)

    package var number: UInt64 { count.load(ordering: .acquiring) }

    func note() { count.add(1, ordering: .releasing) }
}
