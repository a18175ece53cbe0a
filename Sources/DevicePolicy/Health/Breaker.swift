package import FleetModel

/// Keeps a checker that is broken from emptying a node: a value for each node.
///
/// When more than half of a node's devices fail their checks within a few minutes, the driver or the checker is the likelier
/// cause than so many devices. Then nothing more is quarantined there, no lease begins there, an administrator is told, and
/// running work is left alone. It closes when nothing has failed for a whole window, or by hand.
///
/// It takes two devices at least: with one, taking it out of the pool and stopping new leases is the same.
package struct Breaker: Hashable, Codable, Sendable {
    package static let window = TimeSpan.minutes(5)

    /// Each device at most once, with its newest failure; in order of keys.
    private var failures: [Failure] = []
    /// nil: it is closed.
    package private(set) var openSince: Timestamp?

    private struct Failure: Hashable, Codable, Sendable {
        let device: DeviceKey
        var at: Timestamp
    }

    package init() {}

    /// One that was open when whoever kept it was started anew: who failed is not known any more.
    package init(openSince: Timestamp) { self.openSince = openSince }

    /// Tells of a device that is not in quarantine and would now be put there: `true`, do so.
    ///
    /// - Parameter devices: how many devices the node has, those in quarantine included.
    package mutating func allowsQuarantine(of device: DeviceKey, among devices: Int, at now: Timestamp) -> Bool {
        closeIfQuiet(at: now)
        note(device, at: now)
        if openSince == nil, failures.count >= 2, failures.count > devices / 2 { openSince = now }
        return openSince == nil
    }

    /// Whether leases may begin on the node.
    package func allowsLeases(at now: Timestamp) -> Bool { openSince == nil || isQuiet(at: now) }

    /// An administrator has looked.
    package mutating func close() { self = Breaker() }

    /// What an administrator reads; nil: it is closed.
    package var alert: String? {
        guard openSince != nil, !failures.isEmpty else { return nil }
        let count = failures.count
        return
            "\(count) GPUs of this node failed their checks within \(Self.window.text). The driver or the checks are more likely "
            + "broken than so many GPUs: running work goes on, no lease begins, and no more GPUs are quarantined. "
            + "Run `carrel doctor` on the node."
    }

    private mutating func closeIfQuiet(at now: Timestamp) {
        if isQuiet(at: now) { self = Breaker() }
        // While it is open, who failed stays counted.
        if openSince == nil { failures.removeAll { now - $0.at > Self.window } }
    }

    private func isQuiet(at now: Timestamp) -> Bool {
        guard let newest = failures.map(\.at).max() ?? openSince else { return true }
        return now - newest > Self.window
    }

    private mutating func note(_ device: DeviceKey, at now: Timestamp) {
        if let index = failures.firstIndex(where: { $0.device >= device }) {
            if failures[index].device == device {
                failures[index].at = max(failures[index].at, now)
            } else {
                failures.insert(Failure(device: device, at: now), at: index)
            }
        } else {
            failures.append(Failure(device: device, at: now))
        }
    }
}
