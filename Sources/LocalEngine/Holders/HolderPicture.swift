import CLinux
import FleetModel
import Glibc

/// Who has which device's node open, and what that means for each.
struct HolderPicture {
    let found: HolderSearch.Findings
    /// Of those that are neither Carrel's own nor allowed, with what is known of each.
    let holders: [(pair: HolderSearch.Pair, facts: HolderFacts)]

    func holders(of device: DeviceKey) -> [HolderFacts] {
        guard let node = found.nodes.numbers[device] else { return [] }
        return holders.filter { $0.pair.node == node }.map(\.facts)
    }

    /// Whether a device that comes back is free of them. What can't be known though it should be counts as a failure: it is
    /// asked again, and a device that may be somebody's is not offered.
    /// - Parameter sharesNode: others may have its node open rightly, such as work on another slice of its GPU.
    /// - Parameter mayLook: the launcher has the right to look into every process.
    func check(
        _ device: DeviceKey, sharesNode: Bool = false, mayLook: Bool = ProcessFacts.mayLookIntoAll
    ) -> CleanCheck.Result {
        let holders = holders(of: device)
        guard holders.isEmpty else {
            let named = holders.prefix(4).map(\.words).joined(separator: ", ")
            let rest = holders.count > 4 ? " and \(holders.count - 4) more" : ""
            if sharesNode {
                return .notChecked(
                    reason:
                        "slices of one GPU share its node, which is held open by \(named)\(rest), on this slice or another")
            }
            return .failed(detail: "held open by \(named)\(rest)")
        }
        if let node = found.nodes.numbers[device], found.crowded.contains(node), !sharesNode {
            return .failed(
                detail: "held open by more than \(LINUX_HOLDERS_TOLD) processes, more than are looked at each")
        }
        if found.unread > 0 {
            let first = found.firstUnread.map { "\($0)" }.joined(separator: ", ")
            let rest = found.unread > found.firstUnread.count ? " and others" : ""
            return .failed(
                detail: "it can't be told who holds it: open files of process \(first)\(rest) can't be looked at")
        }
        guard found.denied == 0 else {
            let count = found.denied == 1 ? "1 process" : "\(found.denied) processes"
            guard mayLook else {
                return .notChecked(
                    reason: "\(count) could not be looked into, since Carrel runs without root's right to (CAP_SYS_PTRACE)")
            }
            // Some machines keep even root from looking into some of root's own. A user's is no such one.
            guard found.hidden == 0 else {
                return .failed(detail: "it can't be told who holds it: \(count) could not be looked into")
            }
            return .notChecked(reason: "\(count) of root's could not be looked into, though Carrel runs as root")
        }
        return .passed
    }
}
