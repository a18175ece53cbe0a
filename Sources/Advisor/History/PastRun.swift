package import FleetModel

/// What became of one run of some work that ended well.
package struct PastRun: Hashable, Sendable {
    /// What it ran on, as the driver names it.
    package let model: String
    /// The same, where the catalogue has it; nil: it has not.
    package let accelerator: Accelerator?
    /// How many devices it had.
    package let devices: Int
    /// Milliseconds from its start to its end.
    package let time: Int64
    /// Bytes, the most that was seen on one of its devices; nil: not measured.
    package let memory: Int64?
    /// Millijoules of all its devices; nil: not measured.
    package let energy: Int64?

    package init(
        model: String, accelerator: Accelerator?, devices: Int, time: Int64, memory: Int64?, energy: Int64?
    ) {
        self.model = model
        self.accelerator = accelerator
        self.devices = devices
        self.time = time
        self.memory = memory
        self.energy = energy
    }
}

/// A kind of device that work may get.
package struct DeviceKind: Hashable, Sendable {
    /// As the driver names it.
    package let model: String
    package let memory: MemoryBytes
    /// nil: the catalogue has not got it.
    package let accelerator: Accelerator?

    package init(model: String, memory: MemoryBytes, accelerator: Accelerator?) {
        self.model = model
        self.memory = memory
        self.accelerator = accelerator
    }
}
