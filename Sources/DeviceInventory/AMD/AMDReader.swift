import FleetModel

/// Reads the AMD devices of this machine from sysfs, without ROCm's libraries.
package enum AMDReader {
    private static let vendorID = "0x1002"
    /// Less is the graphics of a processor, whose memory is a part of the machine's.
    private static let smallestMemory = MemoryBytes.gibibytes(1)

    /// A device's `minor` is the N of its `/dev/dri/renderDN`, which is its own node.
    ///
    /// - Parameter root: where `/proc` and `/sys` are.
    package static func read(root: String = "/") -> InventoryReading {
        var reading = InventoryReading()
        let folder = "\(root)/sys/class/drm"
        for name in TextFile.names(in: folder) where name.hasPrefix("renderD") {
            let device = "\(folder)/\(name)/device"
            guard TextFile.read("\(device)/vendor") == vendorID else { continue }
            do {
                reading.devices.append(try read(device, minor: Int(name.dropFirst("renderD".count)), root: root))
            } catch {
                reading.problems.append(error)
            }
        }
        return reading
    }

    private static func read(_ path: String, minor: Int?, root: String) throws(InventoryProblem) -> Device {
        let address = TextFile.lastName(ofLink: path) ?? path
        let memoryPath = "\(path)/mem_info_vram_total"
        guard let bytes = TextFile.number(memoryPath), bytes > 0 else {
            throw .fileUnusable(pciAddress: address, path: memoryPath)
        }
        let memory = MemoryBytes(bytes)
        guard memory >= smallestMemory else { throw .builtInGraphics(pciAddress: address, memory: memory) }
        return Device(
            key: key(path, address, root: root), model: model(path), vendor: .amd, memory: memory, minor: minor,
            pciAddress: address, numaNode: TextFile.numaNode("\(path)/numa_node"))
    }

    /// The name that `ROCR_VISIBLE_DEVICES` takes. Cards without a number of their own are known by their place in
    /// this machine.
    private static func key(_ path: String, _ address: String, root: String) -> DeviceKey {
        let id = TextFile.read("\(path)/unique_id") ?? ""
        guard !id.isEmpty, id.contains(where: { $0 != "0" }) else {
            return DeviceKey("AMD-\(MachineFacts.hostNode(root: root))-\(address)")
        }
        return DeviceKey("GPU-\(id)")
    }

    private static func model(_ path: String) -> String {
        if let name = TextFile.read("\(path)/product_name"), !name.isEmpty { return name }
        func id(_ file: String) -> String { (TextFile.read("\(path)/\(file)") ?? "?").replacing("0x", with: "") }
        return "AMD GPU \(id("vendor")):\(id("device"))"
    }
}
