package import FleetModel

/// Nodes with devices, for tests: `FleetBuilder.report("n1", "a100:4,t4:2")`.
package enum FleetBuilder {
    /// Models that tests name by one word, as the drivers name and measure them.
    package static let models: [(word: String, name: String, vendor: DeviceVendor, mebibytes: Int64)] = [
        ("a100", "NVIDIA A100-SXM4-80GB", .nvidia, 81_920),
        ("a100-40gb", "NVIDIA A100-SXM4-40GB", .nvidia, 40_960),
        ("h100", "NVIDIA H100 80GB HBM3", .nvidia, 81_559),
        ("v100", "Tesla V100-SXM2-16GB", .nvidia, 16_160),
        ("t4", "Tesla T4", .nvidia, 15_360),
        ("l4", "NVIDIA L4", .nvidia, 23_034),
        ("rtx4090", "NVIDIA GeForce RTX 4090", .nvidia, 24_564),
        ("mi100", "AMD Instinct MI100", .amd, 32_752),
    ]

    /// A device of a model in `models`. The key of the third device of node n1 is `n1:2`.
    package static func device(_ model: String, on node: String, index: Int) throws -> Device {
        guard let known = models.first(where: { $0.word == model }) else {
            throw LedgerFault("the test kit has no model \(model); it has \(models.map(\.word).joined(separator: ", "))")
        }
        return Device(
            key: key(node, index), model: known.name, vendor: known.vendor, memory: MemoryBytes(known.mebibytes << 20),
            minor: index)
    }

    /// The key of a node's device.
    package static func key(_ node: String, _ index: Int) -> DeviceKey { DeviceKey("\(node):\(index)") }

    /// The devices of `a100:4,t4:2`, numbered through; `-`: none.
    package static func devices(_ text: String, on node: String) throws -> [Device] {
        if text == "-" { return [] }
        var devices: [Device] = []
        for part in text.split(separator: ",") {
            let pieces = part.split(separator: ":", omittingEmptySubsequences: false)
            guard pieces.count <= 2, let count = pieces.count == 2 ? Int(pieces[1]) : 1, count >= 0 else {
                throw LedgerFault("\(part) is no model and count, as a100:4")
            }
            for _ in 0..<count { devices.append(try device(String(pieces[0]), on: node, index: devices.count)) }
        }
        return devices
    }

    /// What a node reports.
    /// - Parameters:
    ///   - leavingOut: devices by index that the node does not list.
    ///   - links: how well its devices reach one another; without the rows and columns of those left out.
    package static func report(
        _ node: String, _ devices: String, cores: MilliCores = .cores(64), memory: MemoryBytes = .gibibytes(512),
        boot: String = "boot-1", leavingOut: [Int] = [], links: [[Int]] = []
    ) throws -> NodeReport {
        let all = try self.devices(devices, on: node)
        let listed = all.indices.filter { !leavingOut.contains($0) }
        let kept = links.isEmpty ? [] : listed.map { row in listed.map { links[row][$0] } }
        return NodeReport(
            node: NodeName(node), bootID: boot, cores: cores, memory: memory, devices: listed.map { all[$0] }, links: kept)
    }

    /// Links of devices in pairs, as NVLink bridges make them: 100 within a pair, 20 to all others, 0 to itself.
    package static func pairedLinks(_ count: Int) -> [[Int]] {
        (0..<count).map { row in (0..<count).map { $0 == row ? 0 : $0 / 2 == row / 2 ? 100 : 20 } }
    }
}

extension FleetBuilder {
    /// The same devices, with their keys, in another node.
    package static func moved(_ report: NodeReport, to node: String, keeping indices: [Int]) -> NodeReport {
        NodeReport(
            node: NodeName(node), bootID: report.bootID, cores: report.cores, memory: report.memory,
            devices: indices.map { report.devices[$0] })
    }
}
