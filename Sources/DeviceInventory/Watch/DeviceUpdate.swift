package import FleetModel

/// News of the devices that are watched.
package enum DeviceUpdate: Hashable, Sendable {
    /// What a look found, or that there was no answer.
    case reading(DeviceReading)
    case incident(DeviceIncident)
    /// The N of the device's node is another one now.
    case minor(DeviceKey, Int)
    /// All that is the matter with the watching itself, each time that it changes; empty: all is well again.
    case problems([InventoryProblem])
}

/// Watches devices: those of this machine, or simulated ones.
package protocol DeviceWatching: Sendable {
    /// For one listener. What nobody takes is kept up to some thousands, the newest.
    var updates: AsyncStream<DeviceUpdate> { get }
    /// Watches these from now on, and no others. Call it again whenever a period or the inventory changes.
    func watch(_ devices: [WatchedDevice]) async
    /// A close look at each, now. One that has not answered after `within` is told as silent; the answer comes then at the
    /// latest, in the order of the keys.
    func examine(_ keys: [DeviceKey], within: TimeSpan) async -> [DeviceReading]
    /// Ends the watching, and `updates`.
    func stop() async
}
