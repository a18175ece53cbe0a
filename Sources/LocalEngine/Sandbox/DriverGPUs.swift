import FleetModel

/// What NVIDIA's driver tells of its GPUs in files of the kernel's: `/proc/driver/nvidia/gpus/ADDRESS/information`. Reading
/// them wakes no GPU up.
enum DriverGPUs {
    enum Minor: Hashable {
        case number(Int)
        /// The driver has GPUs, and this one is not among them.
        case notListed
        /// The driver tells nothing here.
        case silent
    }

    private struct Entry {
        let address: String
        /// nil: not known, as of a GPU that nobody has used yet.
        let uuid: String?
        let minor: Int?
    }

    /// The N of the device's node. A GPU is known by its UUID, and by its place where the driver doesn't know its UUID yet; a
    /// slice by the place of its GPU.
    static func minor(of device: Device, in folder: String) -> Minor {
        let entries = Files.names(in: "\(folder)/gpus").map { entry(at: $0, in: folder) }
        guard !entries.isEmpty else { return .silent }
        let name = device.key.name
        let isSlice = name.hasPrefix("MIG-")
        let found =
            entries.first { !isSlice && $0.uuid == name }
            ?? entries.first { $0.address == device.pciAddress?.lowercased() && (isSlice || $0.uuid == nil) }
        guard let found else { return .notListed }
        return found.minor.map(Minor.number) ?? .silent
    }

    private static func entry(at name: String, in folder: String) -> Entry {
        var fields: [String: String] = [:]
        for line in (Files.text("\(folder)/gpus/\(name)/information") ?? "").split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            fields[String(parts[0])] = String(parts[1].filter { $0 != " " && $0 != "\t" })
        }
        let uuid = fields["GPU UUID"].flatMap { $0.contains("?") ? nil : $0 }
        return Entry(address: name.lowercased(), uuid: uuid, minor: fields["Device Minor"].flatMap { Int($0) })
    }
}
