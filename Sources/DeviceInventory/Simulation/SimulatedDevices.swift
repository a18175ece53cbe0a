package import FleetModel

/// Devices that are made up, for trying Carrel out: what `--simulate a100:4,rtx4090` asks for.
package struct SimulatedDevices: Hashable, Sendable {
    /// The most devices that one machine is made to have.
    package static let most = 1_024
    /// With more devices than this their links are left out: the table grows with the square, and no machine of that
    /// size exists.
    package static let mostWithLinks = 64

    private var groups: [Group] = []

    private struct Group: Hashable, Sendable {
        let model: SimulatedModel
        var count: Int
    }

    /// The names that can be asked for.
    package static var knownModels: [String] { SimulatedModel.known.map(\.shortName) }

    /// How many devices there are.
    package var count: Int { groups.reduce(0) { $0 + $1.count } }

    /// Reads `a100:4`, `a100:4,h100:2`, `rtx4090`: models with counts, 1 where none is given. A model that is named
    /// twice counts both times.
    package init(parsing text: String) throws(SimulationError) {
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let words = part.split(separator: ":", omittingEmptySubsequences: false).map(Self.trimmed)
            guard words.count <= 2, !words[0].isEmpty else { throw .notUnderstood(text) }
            guard let model = SimulatedModel.named(words[0]) else {
                throw .unknownModel(words[0], known: Self.knownModels)
            }
            add(model, words.count == 2 ? try Self.count(words[1], of: words[0]) : 1)
            guard count <= Self.most else { throw .tooMany(asked: count, most: Self.most) }
        }
    }

    private mutating func add(_ model: SimulatedModel, _ count: Int) {
        if let known = groups.firstIndex(where: { $0.model == model }) {
            groups[known].count += count
        } else {
            groups.append(Group(model: model, count: count))
        }
    }

    private static func count(_ text: String, of model: String) throws(SimulationError) -> Int {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw .notACount(text, model: model)
        }
        // More digits than a number has is far too many, or far too few.
        let count = Int(text) ?? (text.hasPrefix("-") ? .min : .max)
        guard count > 0 else { throw .countNotPositive(count, model: model) }
        guard count <= most else { throw .tooMany(asked: count, most: most) }
        return count
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop { $0 == " " }
        return String(start.reversed().drop { $0 == " " }.reversed())
    }

    /// The devices on a node. Their keys depend on the node, the model and the place only, so that they are the same
    /// at each start. Half of each kind is on the first CPU and half on the second.
    package func reading(on node: NodeName) -> InventoryReading {
        var devices: [Device] = []
        for group in groups {
            for index in 0..<group.count {
                devices.append(
                    Device(
                        key: DeviceKey("SIM-\(node)-\(group.model.shortName)-\(Self.padded(index))"),
                        model: group.model.name + " (simulated)", vendor: group.model.vendor, memory: group.model.memory,
                        isSimulated: true, numaNode: index * 2 / group.count))
            }
        }
        return InventoryReading(devices: devices, links: links(devices))
    }

    /// Four digits, so that the order of the keys is that of the places.
    private static func padded(_ index: Int) -> String {
        String(repeating: "0", count: max(0, 4 - "\(index)".count)) + "\(index)"
    }

    private func links(_ devices: [Device]) -> [[Int]] {
        guard (2...Self.mostWithLinks).contains(devices.count) else { return [] }
        let models = groups.flatMap { group in Array(repeating: group.model, count: group.count) }
        return devices.indices.map { row in
            devices.indices.map { column in
                guard row != column else { return 0 }
                let isNear = devices[row].numaNode == devices[column].numaNode
                let joined = models[row] == models[column] ? models[row].links : 0
                // Boards with switches hang each GPU on a root port of its own; cards share a host bridge.
                let near = joined > 0 ? LinkScore.sameCPU : LinkScore.sameHostBridge
                return (isNear ? near : LinkScore.acrossCPUs) + LinkScore.nvlink * joined
            }
        }
    }
}

/// Why a text names no devices to simulate.
package enum SimulationError: Error, Hashable, Sendable {
    case notUnderstood(String)
    case unknownModel(String, known: [String])
    case notACount(String, model: String)
    case countNotPositive(Int, model: String)
    case tooMany(asked: Int, most: Int)

    package var text: String {
        switch self {
        case .notUnderstood(let text):
            "\"\(text)\" names no devices to simulate. Nothing was started. Write for example a100:4 or a100:4,rtx4090:2."
        case .unknownModel(let model, let known):
            "There is no simulated \"\(model)\". Nothing was started. Known are " + known.joined(separator: ", ") + "."
        case .notACount(let text, let model):
            "\"\(text)\" is no number of devices. Nothing was started. Write for example \(model):4."
        case .countNotPositive(let count, let model):
            "\(count) × \(model) can't be simulated. Nothing was started. Ask for 1 or more, or leave \(model) out."
        case .tooMany(let asked, let most):
            "\(asked) simulated devices are too many for one machine. Nothing was started. Ask for \(most) or fewer."
        }
    }
}
