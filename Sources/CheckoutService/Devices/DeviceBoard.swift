package import FleetModel
import Synchronization

/// The newest reading of each device, for every screen. It is no part of the ledger: what it loses comes again.
package final class DeviceBoard: Sendable {
    private let readings = Mutex<[DeviceKey: (reading: DeviceReading, at: Timestamp)]>([:])

    package init() {}

    package subscript(device: DeviceKey) -> DeviceReading? { newest(device)?.reading }

    /// With the time at which it came, on the ledger's clock.
    package func newest(_ device: DeviceKey) -> (reading: DeviceReading, at: Timestamp)? { readings.withLock { $0[device] } }

    func show(_ reading: DeviceReading, at now: Timestamp) {
        readings.withLock { $0[reading.device] = (reading, now) }
    }
}
