import EngineInterface
import FleetModel
import Foundation
import Glibc

/// The nodes of devices, as a lookout found them: the driver's own files are read for it, and a driver that hangs lets
/// nobody go who reads them.
struct FoundNodes: Hashable, Codable {
    /// The node of each device that has one.
    var numbers: [DeviceKey: dev_t] = [:]
    /// Why there is none, of each other one.
    var missing: [DeviceKey: String] = [:]

    /// To be called in a lookout.
    static func look(for devices: [Device], _ configuration: LauncherConfiguration) -> FoundNodes {
        var found = FoundNodes()
        for device in devices {
            switch DeviceNodes.place(of: device, configuration) {
            case .path(let path):
                if let node = DeviceNodes.node(path, isLeased: true) {
                    found.numbers[device.key] = node.number
                } else {
                    found.missing[device.key] = "there is no \(path)"
                }
            case .elsewhere(let words): found.missing[device.key] = words
            }
        }
        return found
    }

    /// For the launcher: a line without line feeds.
    var line: [UInt8]? {
        guard let data = try? JSONEncoder().encode(self) else { return nil }
        return [UInt8](data) + [UInt8(ascii: "\n")]
    }

    init() {}

    /// nil: it was cut off.
    init?(line: Substring) {
        guard let found = try? JSONDecoder().decode(FoundNodes.self, from: Data(line.utf8)) else { return nil }
        self = found
    }
}
