import CNVML
import FleetModel

/// The cheap calls: what a device does now. Each gives nil where the device or its driver has no such thing.
extension NVMLLibrary {
    /// Per cent of the last sample period in which anything ran. Slices have none.
    func utilization(_ device: cnvml_device) throws(NVMLFailure) -> Int? {
        var rates = cnvml_utilization()
        return try whereSupported { () throws(NVMLFailure) in
            try call("nvmlDeviceGetUtilizationRates", as: cnvml_utilization_call.self) { $0(device, &rates) }
            return Int(rates.gpu)
        }
    }

    /// Memory in use, without what the driver keeps for itself where the driver tells the two apart: the first version
    /// of the call doesn't. A rise above what is usual for the device is what matters.
    func usedMemory(_ device: cnvml_device) throws(NVMLFailure) -> MemoryBytes? {
        var memory = cnvml_memory_v2()
        memory.version = UInt32(cnvml_memory_v2_version)
        do {
            try call("nvmlDeviceGetMemoryInfo_v2", as: cnvml_memory_v2_call.self) { $0(device, &memory) }
            return MemoryBytes(Int64(clamping: memory.used))
        } catch {
            guard error.code.isOfVersion || error.code == .notSupported else { throw error }
        }
        var older = cnvml_memory_v1()
        return try whereSupported { () throws(NVMLFailure) in
            try call("nvmlDeviceGetMemoryInfo", as: cnvml_memory_v1_call.self) { $0(device, &older) }
            return MemoryBytes(Int64(clamping: older.used))
        }
    }

    func power(_ device: cnvml_device) throws(NVMLFailure) -> Power? {
        var milliwatts: UInt32 = 0
        return try whereSupported { () throws(NVMLFailure) in
            try call("nvmlDeviceGetPowerUsage", as: cnvml_device_number_call.self) { $0(device, &milliwatts) }
            return Power(milliwatts: Int64(milliwatts))
        }
    }

    /// Since the driver was loaded. Volta and later.
    func energy(_ device: cnvml_device) throws(NVMLFailure) -> Energy? {
        var millijoules: UInt64 = 0
        return try whereSupported { () throws(NVMLFailure) in
            try call("nvmlDeviceGetTotalEnergyConsumption", as: cnvml_device_long_call.self) { $0(device, &millijoules) }
            return Energy(millijoules: Int64(clamping: millijoules))
        }
    }

    /// Degrees Celsius.
    func temperature(_ device: cnvml_device) throws(NVMLFailure) -> Int? {
        var reading = cnvml_temperature_v1()
        reading.version = UInt32(cnvml_temperature_v1_version)
        do {
            try call("nvmlDeviceGetTemperatureV", as: cnvml_temperature_v1_call.self) { $0(device, &reading) }
            return Int(reading.degrees)
        } catch {
            guard error.code.isOfVersion || error.code == .notSupported else { throw error }
        }
        var degrees: UInt32 = 0
        return try whereSupported { () throws(NVMLFailure) in
            try call("nvmlDeviceGetTemperature", as: cnvml_temperature_call.self) { $0(device, 0, &degrees) }
            return Int(degrees)
        }
    }

    func clockLimits(_ device: cnvml_device) throws(NVMLFailure) -> ClockLimits? {
        var bits: UInt64 = 0
        let names = ("nvmlDeviceGetCurrentClocksEventReasons", "nvmlDeviceGetCurrentClocksThrottleReasons")
        return try whereSupported { () throws(NVMLFailure) in
            try call(names.0, names.1, as: cnvml_device_long_call.self) { $0(device, &bits) }
            return ClockLimits(rawValue: bits)
        }
    }
}
