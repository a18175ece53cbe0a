/// Something that happened to a device, told by the driver's event stream or the kernel's log.
package struct DeviceIncident: Hashable, Codable, Sendable {
    /// What happened.
    package enum Kind: Hashable, Codable, Sendable {
        /// NVIDIA's error number; 999: the driver did not say which.
        case xid(Int)
        case uncorrectedError
    }

    package let device: DeviceKey
    package let kind: Kind
    package let at: Timestamp
    /// The process that it is laid to, where it is told.
    package let pid: Int32?
    package let command: String?

    package init(_ device: DeviceKey, _ kind: Kind, at: Timestamp, pid: Int32? = nil, command: String? = nil) {
        self.device = device
        self.kind = kind
        self.at = at
        self.pid = pid
        self.command = command
    }
}
