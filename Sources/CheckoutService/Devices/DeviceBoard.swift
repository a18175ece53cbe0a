package import FleetModel
import Synchronization

/// The newest reading of each device, for every screen. It is no part of the ledger: what it loses comes again.
package final class DeviceBoard: Sendable {
    private let readings = Mutex<[DeviceKey: DeviceReading]>([:])

    package init() {}

    package subscript(device: DeviceKey) -> DeviceReading? { readings.withLock { $0[device] } }

    func show(_ reading: DeviceReading) { readings.withLock { $0[reading.device] = reading } }
}
