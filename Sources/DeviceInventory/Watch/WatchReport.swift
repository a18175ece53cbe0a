import FleetModel

/// What the watch process says: a line of JSON each.
enum WatchReport: Hashable, Codable, Sendable {
    /// It lives; said every second. What it is busy with, and for how long.
    case alive(busy: Busy?)
    case reading(DeviceReading)
    /// The answer to an examination, a device at a time.
    case examined(id: Int, DeviceReading)
    case incident(ToldIncident)
    /// The N of the device's node is another one now.
    case minor(DeviceKey, Int)
    /// As far as this the kernel's log was read.
    case kernelLogRead(UInt64)
    /// The kernel's log can't be read; a number of `errno`.
    case kernelLogClosed(errno: Int32)
    /// The driver can't be used at all; the process ends.
    case failed(InventoryProblem)

    struct Busy: Hashable, Codable, Sendable {
        /// The GPU that is looked at, by its place; nil: the driver as a whole.
        let gpu: String?
        let milliseconds: Int64
        /// The process has not looked at it before: a GPU that nobody used is woken up, which takes its time.
        let isFirst: Bool
    }

    /// An incident, with its age: the process doesn't know its parent's clock.
    struct ToldIncident: Hashable, Codable, Sendable {
        let device: DeviceKey
        let kind: DeviceIncident.Kind
        let age: TimeSpan
        var pid: Int32?
        var command: String?
    }
}
