import CLinux
import FleetModel
import Glibc

/// The device nodes of a lease.
enum DeviceNodes {
    struct Node: Hashable, Codable {
        let path: String
        let number: dev_t
        /// Belongs to the lease alone, other than the control nodes that all share.
        let isLeased: Bool
    }

    /// The nodes that work on these devices needs. Simulated devices have none.
    static func needed(
        for devices: [Device], _ configuration: LauncherConfiguration
    ) throws(LaunchFailure) -> [Node] {
        let folder = configuration.deviceFolder
        let real = devices.filter { !$0.isSimulated }
        if real.isEmpty { return [] }
        var nodes: [Node] = []
        for device in real {
            let path: String
            switch place(of: device, configuration) {
            case .path(let found): path = found
            case .elsewhere(let words): throw .deviceNodeMissing(path: words)
            }
            guard let node = node(path, isLeased: true) else { throw .deviceNodeMissing(path: path) }
            if nodes.contains(where: { $0.number == node.number }) {
                guard sharesNode(device) else { throw .deviceNodeMissing(path: path) }
                continue
            }
            nodes.append(node)
        }
        if real.contains(where: { $0.vendor == .nvidia }) {
            let control = "\(folder)/nvidiactl"
            guard let node = node(control, isLeased: false) else { throw .deviceNodeMissing(path: control) }
            nodes.append(node)
            nodes += ["nvidia-uvm", "nvidia-uvm-tools"].compactMap { Self.node("\(folder)/\($0)", isLeased: false) }
        }
        if real.contains(where: { $0.vendor == .amd }) {
            guard let node = node("\(folder)/kfd", isLeased: false) else {
                throw .deviceNodeMissing(path: "\(folder)/kfd")
            }
            nodes.append(node)
        }
        return nodes
    }

    /// A slice has the node of its GPU, which is that of the GPU's other slices too.
    static func sharesNode(_ device: Device) -> Bool { device.key.name.hasPrefix("MIG-") }

    /// Where a device's node is.
    enum Place: Hashable {
        case path(String)
        /// The driver has another GPU where this one should be, or none: no node can be told to be its own.
        case elsewhere(words: String)
    }

    /// The node that is the right to use the device: found by what the driver says now, not by what somebody read once.
    static func place(of device: Device, _ configuration: LauncherConfiguration) -> Place {
        let folder = configuration.deviceFolder
        switch device.vendor {
        case .nvidia:
            switch DriverGPUs.minor(of: device, in: configuration.driverFolder) {
            case .number(let minor): return .path("\(folder)/nvidia\(minor)")
            case .notListed:
                return .elsewhere(words: "\(folder)/nvidiaN of \(device.key.name), which the driver does not list")
            case .silent:
                return .path("\(folder)/nvidia" + (device.minor.map { "\($0)" } ?? "(number unknown)"))
            }
        case .amd:
            let entries = Files.names(in: "/sys/bus/pci/devices/\(device.pciAddress ?? "unknown")/drm")
            let render = entries.first { $0.hasPrefix("renderD") }
            return .path("\(folder)/dri/" + (render ?? "render node of \(device.pciAddress ?? device.key.name)"))
        }
    }

    static func node(_ path: String, isLeased: Bool) -> Node? {
        guard let info = Files.status(path), info.st_mode & S_IFMT == S_IFCHR else { return nil }
        return Node(path: path, number: info.st_rdev, isLeased: isLeased)
    }
}
