package import FleetModel

/// The device that is meant.
package struct ProbeTarget: Hashable, Sendable {
    /// nil: the first that the driver shows.
    package let key: DeviceKey?
    /// `0000:3b:00.0`: how it is found where the driver doesn't give the key.
    package let pciAddress: String?
    /// The N of `/dev/nvidiaN`.
    package let minor: Int?

    package init(key: DeviceKey? = nil, pciAddress: String? = nil, minor: Int? = nil) {
        self.key = key
        self.pciAddress = pciAddress
        self.minor = minor
    }

    package init(_ device: Device) {
        self.init(key: device.key, pciAddress: device.pciAddress, minor: device.minor)
    }
}
