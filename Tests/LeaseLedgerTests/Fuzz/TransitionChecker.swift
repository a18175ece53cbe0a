import FleetModel
import FleetTestKit
import LeaseLedger

/// Follows a ledger event by event on a state of its own: every change of a phase must be in the tables of transitions,
/// and the log alone must give the same state.
struct TransitionChecker {
    private var shadow = LedgerState()

    mutating func follow(_ events: [RecordedEvent], to state: LedgerState) throws {
        for event in events {
            let before = shadow
            shadow.apply(event)
            if let id = event.event.subject { try compareRequest(before.requests[id], shadow.requests[id], event) }
            for node in before.nodes { try compareDevices(node, event) }
        }
        if shadow != state { throw LedgerFault("the log gives another state after event \(state.sequence)") }
        try checkLists()
    }

    /// A plan must never fill a node above what it has.
    func expectNotOverfull(_ before: LedgerState, _ after: LedgerState) throws {
        for (old, new) in zip(before.nodes, after.nodes) {
            if new.coresFree < min(.zero, old.coresFree) || new.memoryFree < min(.zero, old.memoryFree) {
                throw LedgerFault("a plan overfilled node \(new.name)")
            }
        }
    }

    private func compareRequest(_ old: RequestRecord?, _ new: RequestRecord?, _ event: RecordedEvent) throws {
        guard let new else { return }
        if let old, old.phase != new.phase, !old.phase.mayBecome(new.phase) {
            throw LedgerFault("request \(new.id) went from \(old.phase) to \(new.phase) by \(event)")
        }
        guard let lease = new.lease else { return }
        guard let oldLease = old?.lease else {
            if lease.phase != .pledged { throw LedgerFault("lease \(new.id) began as \(lease.phase)") }
            return
        }
        if oldLease.phase != lease.phase, !oldLease.phase.mayBecome(lease.phase) {
            throw LedgerFault("lease \(new.id) went from \(oldLease.phase) to \(lease.phase) by \(event)")
        }
        if oldLease.allocation != lease.allocation {
            throw LedgerFault("lease \(new.id) got another allocation by \(event)")
        }
        if lease.attempt < oldLease.attempt { throw LedgerFault("the attempts of lease \(new.id) count down by \(event)") }
        if lease.endsAt < oldLease.endsAt { throw LedgerFault("lease \(new.id) was cut short by \(event)") }
        if lease.phase == .closed, lease.receipt == nil { throw LedgerFault("lease \(new.id) closed without a receipt") }
    }

    private func compareDevices(_ node: NodeRecord, _ event: RecordedEvent) throws {
        guard let index = shadow.nodeIndex(of: node.name) else { throw LedgerFault("node \(node.name) went by \(event)") }
        for slot in node.slots {
            guard let place = shadow.nodes[index].slotIndex(of: slot.device.key) else {
                if slot.holder != nil, case .leaseClosed = event.event { continue }
                // A claim on a device that was left out meanwhile.
                if slot.holder == nil, case .devicesThawed = event.event { continue }
                if slot.holder != nil || slot.condition.kind == .frozen {
                    throw LedgerFault("device \(slot.device.key) was forgotten while it was held or frozen, by \(event)")
                }
                continue
            }
            let kind = shadow.nodes[index].slots[place].condition.kind
            if kind != slot.condition.kind, !slot.condition.kind.mayBecome(kind) {
                throw LedgerFault("device \(slot.device.key) went from \(slot.condition.kind) to \(kind) by \(event)")
            }
        }
    }

    /// The lists of the state hold what the records say, and each record is in its list.
    private func checkLists() throws {
        let records = shadow.requests.all
        let waiting = records.filter { $0.phase == .waiting }.map(\.id)
        let live = records.filter { $0.lease?.phase.isLive ?? false }.map(\.id)
        let over = records.filter(\.isOver).map(\.id)
        if waiting != Array(shadow.waiting) { throw LedgerFault("the queue is \(shadow.waiting), and \(waiting) wait") }
        if live != Array(shadow.live) { throw LedgerFault("\(shadow.live) are listed as live, and \(live) are") }
        if over != shadow.over.sorted() { throw LedgerFault("the list of what is over is wrong") }
        if over.count > LedgerState.closedKept { throw LedgerFault("\(over.count) closed requests are kept") }
        var keys: Set<DeviceKey> = []
        for slot in shadow.nodes.flatMap(\.slots) where !keys.insert(slot.device.key).inserted {
            throw LedgerFault("device \(slot.device.key) is in two places")
        }
        if let deadline = shadow.nextDeadline, live.isEmpty, shadow.reservations.isEmpty {
            throw LedgerFault("a deadline without a lease: \(deadline)")
        }
    }
}
