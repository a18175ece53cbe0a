package import FleetModel

/// A device that is watched, and how often it is looked at.
package struct WatchedDevice: Hashable, Codable, Sendable {
    package let key: DeviceKey
    package let vendor: DeviceVendor
    /// nil: not known. Give it where it is: then a look at one GPU touches no other.
    package let pciAddress: String?
    /// As the inventory had it.
    package let minor: Int?
    /// From one cheap look to the next. Not shorter than `shortestPeriod`.
    package var period: TimeSpan

    /// For a device that is leased.
    package static let leasedPeriod = TimeSpan.seconds(5)
    /// For one that is free.
    package static let freePeriod = TimeSpan.seconds(30)
    /// More often would burden the driver and tell nothing.
    package static let shortestPeriod = TimeSpan(milliseconds: 100)

    package init(_ device: Device, period: TimeSpan) {
        key = device.key
        vendor = device.vendor
        pciAddress = device.pciAddress
        minor = device.minor
        self.period = max(period, Self.shortestPeriod)
    }

    /// What hangs together: a GPU, or all slices of one.
    var gpu: String { pciAddress ?? key.name }
}
