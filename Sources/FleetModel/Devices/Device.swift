/// Who makes a device.
package enum DeviceVendor: String, Codable, Sendable {
    case nvidia
    case amd
}

/// A GPU or a MIG slice: what a lease holds.
package struct Device: Hashable, Codable, Sendable {
    package let key: DeviceKey
    /// As the driver names it: `NVIDIA A100-SXM4-80GB`.
    package let model: String
    package let vendor: DeviceVendor
    package let memory: MemoryBytes
    /// Made up by `--simulate`, for trying Carrel out; labelled wherever it shows.
    package let isSimulated: Bool
    /// The N of `/dev/nvidiaN`, or of `/dev/dri/renderDN`; it may change at every boot.
    package let minor: Int?
    /// `0000:3b:00.0`, lower case.
    package let pciAddress: String?
    package let numaNode: Int?

    package init(
        key: DeviceKey, model: String, vendor: DeviceVendor = .nvidia, memory: MemoryBytes, isSimulated: Bool = false,
        minor: Int? = nil, pciAddress: String? = nil, numaNode: Int? = nil
    ) {
        self.key = key
        self.model = model
        self.vendor = vendor
        self.memory = memory
        self.isSimulated = isSimulated
        self.minor = minor
        self.pciAddress = pciAddress
        self.numaNode = numaNode
    }
}
