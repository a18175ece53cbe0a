package import FleetModel

/// News of devices that are watched.
package enum DeviceNews: Hashable, Sendable {
    /// What a look found, or that there was no answer.
    case reading(DeviceReading)
    case incident(DeviceIncident)
}

/// The port through which devices are looked at. It decides nothing, and it may take long but always answers: a driver that
/// hangs keeps nobody waiting.
package protocol DeviceObserver: Sendable {
    /// One consumer.
    var news: AsyncStream<DeviceNews> { get }

    /// Watches these from now on and no others; those in `busy` more often.
    func watch(_ devices: [Device], busy: Set<DeviceKey>) async

    /// A close look at each, in their order.
    func examine(_ devices: [Device]) async -> [DeviceReading]

    /// Has a device allocate, write, read back and compute.
    func probe(_ device: Device) async -> ProbeResult
}
