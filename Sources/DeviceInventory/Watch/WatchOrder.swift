import FleetModel

/// What the watch process is told: a line of JSON each.
enum WatchOrder: Hashable, Codable, Sendable {
    /// Looks at these from now on, and at no others.
    case watch(WatchList)
    /// A close look at each of these now.
    case examine(id: Int, keys: [DeviceKey])
    case stop
}

/// Which devices one process watches.
struct WatchList: Hashable, Codable, Sendable {
    var devices: [WatchedDevice]
    /// Others of this machine: their incidents are told where the kernel's log has them, and they are never touched.
    var heardOf: [WatchedDevice] = []
    /// nil: the kernel's log is another process's business.
    var kernelLog: KernelLogStart?
}

/// From where the kernel's log is read.
enum KernelLogStart: Hashable, Codable, Sendable {
    /// What was written after the record with this number.
    case after(UInt64)
    /// What is not older than this.
    case since(TimeSpan)
}
