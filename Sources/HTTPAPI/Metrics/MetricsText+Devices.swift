import CheckoutService
import FleetModel
import LeaseLedger

extension MetricsText {
    /// Under the names and labels that NVIDIA's DCGM exporter has, so that its dashboards show them. What a device doesn't give
    /// has no sample.
    mutating func addDevices(_ views: ViewMaker) {
        let devices = views.state.nodes.flatMap { node in
            node.slots.enumerated().map { Seen($1.device, index: $0, on: node.name, views) }
        }
        add(devices, "GPU_UTIL", .gauge, "Per cent of the sample period in which anything ran.") {
            $0.reading?.utilization.map { Int64($0) }
        }
        add(devices, "FB_USED", .gauge, "Memory in use, in MiB.") { $0.reading?.memoryUsed.map { $0.bytes >> 20 } }
        add(devices, "FB_FREE", .gauge, "Memory that is not in use, in MiB.") { seen in
            seen.reading?.memoryUsed.map { max(0, seen.device.memory.bytes - $0.bytes) >> 20 }
        }
        begin("DCGM_FI_DEV_POWER_USAGE", .gauge, "Power, in watts.")
        for seen in devices {
            if let power = seen.reading?.power { add("", seen.labels, Double(power.milliwatts) / 1_000) }
        }
        add(devices, "GPU_TEMP", .gauge, "Temperature, in degrees Celsius.") {
            $0.reading?.temperature.map { Int64($0) }
        }
        add(devices, "TOTAL_ENERGY_CONSUMPTION", .unknown, "Energy since the driver was loaded, in mJ.") {
            $0.reading?.energy?.millijoules
        }
        add(devices, "XID_ERRORS", .gauge, "The number of the last Xid since the server's start; 0: none was told.") {
            $0.reading == nil && $0.lastXid == nil ? nil : Int64($0.lastXid ?? 0)
        }
    }

    /// A device and what is known of it now.
    private struct Seen {
        let device: Device
        let reading: DeviceReading?
        let lastXid: Int?
        let labels: Labels

        init(_ device: Device, index: Int, on node: NodeName, _ views: ViewMaker) {
            self.device = device
            reading = views.telemetry.newest(of: device.key)
            lastXid = views.telemetry.lastXid(of: device.key)
            let number = "\(device.minor ?? index)"
            var labels: Labels = [("gpu", number), ("UUID", device.key.name)]
            if let address = device.pciAddress { labels.append(("pci_bus_id", address)) }
            labels.append(("device", device.vendor == .nvidia ? "nvidia\(number)" : "renderD\(number)"))
            labels += [("modelName", device.model), ("Hostname", node.name)]
            if device.isSimulated { labels.append(("simulated", "true")) }
            self.labels = labels
        }
    }

    private mutating func add(
        _ devices: [Seen], _ name: String, _ kind: Kind, _ help: String, _ value: (Seen) -> Int64?
    ) {
        begin("DCGM_FI_DEV_" + name, kind, help)
        for seen in devices {
            if let value = value(seen) { add("", seen.labels, value) }
        }
    }
}
