import FleetModel

/// A device that is made up: what it shows at a time.
struct SimulatedDevice {
    private let device: Device
    private let model: SimulatedModel?
    private var utilization = 0
    private var memory = MemoryBytes.zero
    private var processes: [DeviceProcess] = []
    /// The energy until then, in millijoules.
    private var spent: (Int64, at: Timestamp)

    init(_ device: Device, at time: Timestamp) {
        self.device = device
        model = SimulatedModel.known.first { device.model.hasPrefix("\($0.name) (") }
        spent = (0, time)
    }

    mutating func setActivity(
        _ utilization: Int, _ memory: MemoryBytes?, _ processes: [DeviceProcess], at time: Timestamp
    ) {
        spent = (energy(at: time), time)
        self.utilization = min(max(utilization, 0), 100)
        let share = MemoryBytes(device.memory.bytes / 100 * Int64(self.utilization))
        self.memory = min(max(memory ?? share, .zero), device.memory)
        self.processes = processes.sorted { $0.pid < $1.pid }
    }

    /// Idle, and evenly up to the board's limit.
    private var milliwatts: Int64 {
        let idle = Int64(model?.idleWatts ?? 30) * 1_000, full = Int64(model?.fullWatts ?? 300) * 1_000
        return idle + (full - idle) * Int64(utilization) / 100
    }

    private func energy(at time: Timestamp) -> Int64 {
        let milliseconds = max(0, (time - spent.at).milliseconds)
        let (product, overflow) = milliwatts.multipliedReportingOverflow(by: milliseconds)
        return overflow ? .max : spent.0 &+ product / 1_000
    }

    func reading(_ depth: LookDepth, at time: Timestamp) -> DeviceReading {
        var reading = DeviceReading(device.key)
        reading.utilization = utilization
        reading.memoryUsed = memory
        reading.power = Power(milliwatts: milliwatts)
        reading.energy = Energy(millijoules: energy(at: time))
        reading.temperature = 32 + utilization * 38 / 100
        reading.clockLimits = utilization == 0 ? .idle : []
        guard depth == .examine else { return reading }
        reading.uncorrectedErrors = 0
        reading.correctedErrors = 0
        reading.rows = RowRemapping()
        reading.recovery = .nothing
        reading.processes = processes
        return reading
    }
}
