package import FleetModel
import Synchronization

/// The newest reading of each device, for every screen. It is no part of the ledger: what it loses comes again.
package final class DeviceBoard: Sendable {
    private let readings = Mutex<[DeviceKey: (reading: DeviceReading, at: Timestamp)]>([:])
    /// The most of each signal since it was last taken.
    private let peaks = Mutex<[DeviceKey: DeviceReading]>([:])

    /// The newest that lists processes.
    private let lists = Mutex<[DeviceKey: DeviceReading]>([:])

    package init() {}

    package subscript(device: DeviceKey) -> DeviceReading? { newest(device)?.reading }

    /// With the time at which it came, on the ledger's clock.
    package func newest(_ device: DeviceKey) -> (reading: DeviceReading, at: Timestamp)? { readings.withLock { $0[device] } }

    /// The newest reading that lists the processes on the device; nil: none ever did.
    func listed(_ device: DeviceKey) -> DeviceReading? { lists.withLock { $0[device] } }

    func show(_ reading: DeviceReading, at now: Timestamp) {
        readings.withLock { $0[reading.device] = (reading, now) }
        if reading.processes != nil { lists.withLock { $0[reading.device] = reading } }
        peaks.withLock { peaks in
            guard let before = peaks[reading.device] else { return peaks[reading.device] = reading }
            peaks[reading.device] = reading.most(with: before)
        }
    }

    /// What was seen since this was last asked for: the newest reading, with the most of each signal. One consumer. nil: nothing ever
    /// was.
    func takeMost(_ device: DeviceKey) -> (reading: DeviceReading, at: Timestamp)? {
        guard let newest = newest(device) else { return nil }
        return (peaks.withLock { $0.removeValue(forKey: device) } ?? newest.reading, newest.at)
    }
}

extension DeviceReading {
    /// With the most of what tells of use, so that a burst between two looks is not missed. What is not known now stays unknown.
    fileprivate func most(with before: DeviceReading) -> DeviceReading {
        var most = self
        most.utilization = utilization.map { max($0, before.utilization ?? $0) }
        most.power = power.map { max($0, before.power ?? $0) }
        most.memoryUsed = memoryUsed.map { max($0, before.memoryUsed ?? $0) }
        return most
    }
}
