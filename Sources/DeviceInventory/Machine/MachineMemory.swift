import FleetModel

/// The machine's memory as the kernel counts it.
enum MachineMemory {
    static func path(root: String) -> String { "\(root)/proc/meminfo" }

    /// `MemTotal` of `/proc/meminfo`, which is in KiB; nil: it can't be read.
    static func total(root: String) -> MemoryBytes? {
        guard let text = TextFile.read(path(root: root)) else { return nil }
        for line in text.split(separator: "\n") where line.hasPrefix("MemTotal:") {
            let words = line.split(separator: " ")
            guard words.count >= 2, let kibibytes = Int64(words[1]), (1...Int64.max >> 10).contains(kibibytes) else {
                return nil
            }
            return MemoryBytes(kibibytes << 10)
        }
        return nil
    }
}
