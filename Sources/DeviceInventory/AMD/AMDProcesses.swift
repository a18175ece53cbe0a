import FleetModel

/// Who uses an AMD card: those that compute on it (KFD's list), and those that hold its node open, as far as we may see
/// into them. An empty list is no proof.
enum AMDProcesses {
    static func on(_ card: AMDReadings.Card, root: String) -> [DeviceProcess] {
        var memory: [Int32: Int64] = [:]
        for (pid, bytes) in computing(on: card, root: root) + drawing(on: card, root: root) {
            memory[pid] = max(memory[pid] ?? 0, bytes)
        }
        return memory.sorted { $0.key < $1.key }.map { DeviceProcess(pid: $0.key, memory: MemoryBytes($0.value)) }
    }

    private static func computing(on card: AMDReadings.Card, root: String) -> [(Int32, Int64)] {
        let kfd = "\(root)/sys/class/kfd/kfd"
        let node = TextFile.names(in: "\(kfd)/topology/nodes").first { name in
            let lines = (TextFile.read("\(kfd)/topology/nodes/\(name)/properties") ?? "").split(separator: "\n")
            return lines.contains { $0.split(separator: " ") == ["drm_render_minor", "\(card.minor)"] }
        }
        guard let node, let id = TextFile.read("\(kfd)/topology/nodes/\(node)/gpu_id") else { return [] }
        return TextFile.names(in: "\(kfd)/proc").compactMap { name in
            guard let pid = Int32(name), let bytes = TextFile.number("\(kfd)/proc/\(name)/vram_\(id)") else { return nil }
            return (pid, bytes)
        }
    }

    /// From what the kernel tells of each open node: `drm-pdev`, `drm-memory-vram`.
    private static func drawing(on card: AMDReadings.Card, root: String) -> [(Int32, Int64)] {
        var found: [(Int32, Int64)] = []
        for name in TextFile.names(in: "\(root)/proc") {
            guard let pid = Int32(name) else { continue }
            let folder = "\(root)/proc/\(name)"
            var clients: [String: Int64] = [:]
            for file in TextFile.names(in: "\(folder)/fd")
            where TextFile.target(ofLink: "\(folder)/fd/\(file)")?.hasPrefix("/dev/dri/") == true {
                guard let client = client("\(folder)/fdinfo/\(file)", of: card) else { continue }
                // A descriptor that was duplicated tells of the same client.
                clients[client.id] = client.bytes
            }
            if !clients.isEmpty { found.append((pid, clients.values.reduce(0, &+))) }
        }
        return found
    }

    private static func client(_ path: String, of card: AMDReadings.Card) -> (id: String, bytes: Int64)? {
        var facts: [Substring: [Substring]] = [:]
        for line in (TextFile.read(path) ?? "").split(separator: "\n") {
            let words = line.split(whereSeparator: \.isWhitespace)
            if words.count > 1 { facts[words[0]] = Array(words.dropFirst()) }
        }
        guard facts["drm-pdev:"]?.first.map(String.init) == card.address else { return nil }
        let memory = facts["drm-memory-vram:"] ?? []
        let unit: Int64 = memory.count < 2 ? 1 : memory[1] == "KiB" ? 1 << 10 : memory[1] == "MiB" ? 1 << 20 : 1
        return (facts["drm-client-id:"]?.first.map(String.init) ?? path, (memory.first.flatMap { Int64($0) } ?? 0) &* unit)
    }
}
