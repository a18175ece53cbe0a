import CNVML

/// The calls that say which devices there are.
extension NVMLLibrary {
    /// How many GPUs the driver knows, those included that this process may not open.
    func deviceCount() throws(NVMLFailure) -> Int {
        var count: UInt32 = 0
        try call("nvmlDeviceGetCount_v2", "nvmlDeviceGetCount", as: cnvml_count_call.self) { $0(&count) }
        return Int(count)
    }

    /// The order of the indices may differ at every boot.
    func device(at index: Int) throws(NVMLFailure) -> cnvml_device {
        var device: cnvml_device?
        let names = ("nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetHandleByIndex")
        try call(names.0, names.1, as: cnvml_handle_call.self) { $0(UInt32(index), &device) }
        guard let device else { throw NVMLFailure(call: names.0, code: .notFound) }
        return device
    }

    /// The GPU at a place on the bus. Touches that GPU only, while finding it by its index or UUID may touch others too.
    func device(atAddress address: String) throws(NVMLFailure) -> cnvml_device {
        try find(address, "nvmlDeviceGetHandleByPciBusId_v2", "nvmlDeviceGetHandleByPciBusId")
    }

    /// The GPU or the slice with a UUID.
    func device(named uuid: String) throws(NVMLFailure) -> cnvml_device { try find(uuid, "nvmlDeviceGetHandleByUUID") }

    private func find(_ text: String, _ name: String, _ older: String? = nil) throws(NVMLFailure) -> cnvml_device {
        var device: cnvml_device?
        try call(name, older ?? name, as: cnvml_find_call.self) { function in text.withCString { function($0, &device) } }
        guard let device else { throw NVMLFailure(call: name, code: .notFound) }
        return device
    }

    /// The number of the GPU instance that a slice belongs to.
    func gpuInstance(_ slice: cnvml_device) throws(NVMLFailure) -> UInt32 {
        var number: UInt32 = 0
        try call("nvmlDeviceGetGpuInstanceId", as: cnvml_device_number_call.self) { $0(slice, &number) }
        return number
    }

    func uuid(_ device: cnvml_device) throws(NVMLFailure) -> String {
        try text("nvmlDeviceGetUUID", as: cnvml_device_text_call.self) { $0(device, $1, $2) }
    }

    func name(_ device: cnvml_device) throws(NVMLFailure) -> String {
        try text("nvmlDeviceGetName", as: cnvml_device_text_call.self) { $0(device, $1, $2) }
    }

    /// All of the device's memory in bytes. Both versions of the call give the same total.
    func totalMemory(_ device: cnvml_device) throws(NVMLFailure) -> UInt64 {
        var memory = cnvml_memory_v2()
        memory.version = UInt32(cnvml_memory_v2_version)
        do {
            try call("nvmlDeviceGetMemoryInfo_v2", as: cnvml_memory_v2_call.self) { $0(device, &memory) }
            return memory.total
        } catch {
            guard error.code == .functionNotFound || error.code == .argumentVersionMismatch else { throw error }
        }
        var older = cnvml_memory_v1()
        try call("nvmlDeviceGetMemoryInfo", as: cnvml_memory_v1_call.self) { $0(device, &older) }
        return older.total
    }

    /// The N of `/dev/nvidiaN`.
    func minor(_ device: cnvml_device) throws(NVMLFailure) -> Int {
        var minor: UInt32 = 0
        try call("nvmlDeviceGetMinorNumber", as: cnvml_device_number_call.self) { $0(device, &minor) }
        return Int(minor)
    }

    func pciAddress(_ device: cnvml_device) throws(NVMLFailure) -> String {
        var pci = cnvml_pci()
        try call(
            "nvmlDeviceGetPciInfo_v3", "nvmlDeviceGetPciInfo_v2", "nvmlDeviceGetPciInfo", as: cnvml_pci_call.self
        ) { $0(device, &pci) }
        return pci.address
    }

    /// The NUMA node whose memory is nearest to the device; nil: none is named.
    func nearestNUMANode(_ device: cnvml_device) throws(NVMLFailure) -> Int? {
        var nodes = [UInt](repeating: 0, count: 16)
        try call("nvmlDeviceGetMemoryAffinity", as: cnvml_affinity_call.self) { $0(device, UInt32(nodes.count), &nodes, 0) }
        guard let word = nodes.firstIndex(where: { $0 != 0 }) else { return nil }
        return word * UInt.bitWidth + nodes[word].trailingZeroBitCount
    }

    /// Whether the GPU is carved into slices now.
    func isSliced(_ device: cnvml_device) throws(NVMLFailure) -> Bool {
        var current: UInt32 = 0, pending: UInt32 = 0
        try call("nvmlDeviceGetMigMode", as: cnvml_mig_mode_call.self) { $0(device, &current, &pending) }
        return current == 1
    }

    /// How many slices the GPU could have; fewer may be there.
    func mostSlices(_ device: cnvml_device) throws(NVMLFailure) -> Int {
        var count: UInt32 = 0
        try call("nvmlDeviceGetMaxMigDeviceCount", as: cnvml_device_number_call.self) { $0(device, &count) }
        return Int(count)
    }

    /// nil: no slice has this number.
    func slice(_ index: Int, of device: cnvml_device) throws(NVMLFailure) -> cnvml_device? {
        var slice: cnvml_device?
        do {
            try call("nvmlDeviceGetMigDeviceHandleByIndex", as: cnvml_mig_handle_call.self) {
                $0(device, UInt32(index), &slice)
            }
        } catch {
            guard error.code == .notFound || error.code == .invalidArgument else { throw error }
            return nil
        }
        return slice
    }
}

extension cnvml_pci {
    /// As Linux writes it: `0000:3b:00.0`. The bus, not the text, is read, since older calls give a shorter text. A
    /// GPU is always function 0.
    var address: String { PCIAddress.text(domain: domain, bus: bus, device: device) }
}
