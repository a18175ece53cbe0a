package import FleetModel

/// What one look at devices found: an NVIDIA driver's answer, an AMD driver's, or a simulation. It decides nothing.
package struct InventoryReading: Hashable, Codable, Sendable {
    /// The NVIDIA driver's version; nil: there is none, or it did not say.
    package var driverVersion: String?
    /// In the order in which they were found.
    package var devices: [Device]
    /// `links[i][j]` for devices i and j, as `NodeReport` has it; empty: nothing is known.
    package var links: [[Int]]
    /// What could not be read. A GPU that is named here is not among the devices.
    package var problems: [InventoryProblem]

    package init(
        driverVersion: String? = nil, devices: [Device] = [], links: [[Int]] = [], problems: [InventoryProblem] = []
    ) {
        self.driverVersion = driverVersion
        self.devices = devices
        self.links = links
        self.problems = problems
    }

    /// All of several readings. How a device of one reaches a device of another is unknown. A device that was found
    /// twice counts once.
    package static func joined(_ readings: [InventoryReading]) -> InventoryReading {
        var all = InventoryReading()
        var places: [(reading: Int, device: Int)] = []
        var known: Set<DeviceKey> = []
        for (index, reading) in readings.enumerated() {
            all.driverVersion = all.driverVersion ?? reading.driverVersion
            all.problems += reading.problems
            for (place, device) in reading.devices.enumerated() {
                guard known.insert(device.key).inserted else {
                    all.problems.append(.keyNotUnique(device.key))
                    continue
                }
                all.devices.append(device)
                places.append((index, place))
            }
        }
        guard readings.contains(where: { !$0.links.isEmpty }) else { return all }
        all.links = places.map { row in
            places.map { column in
                guard row.reading == column.reading, !readings[row.reading].links.isEmpty else { return 0 }
                return readings[row.reading].links[row.device][column.device]
            }
        }
        return all
    }
}
