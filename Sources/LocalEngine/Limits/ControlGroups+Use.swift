import FleetModel

extension ControlGroups {
    /// The processor time that was used in an attempt's groups, as the kernel counts it; nil: it does not count there.
    static func processorTime(in folders: [String]) -> TimeSpan? {
        for folder in folders {
            // Version 1 counts where cpu and cpuacct are one tree.
            if let text = Files.text("\(folder)/cpuacct.usage"), let nanoseconds = Int64(text.prefix { $0 != "\n" }) {
                return TimeSpan(milliseconds: nanoseconds / 1_000_000)
            }
            for line in (Files.text("\(folder)/cpu.stat") ?? "").split(separator: "\n") {
                let words = line.split(separator: " ")
                if words.count == 2, words[0] == "usage_usec", let microseconds = Int64(words[1]) {
                    return TimeSpan(milliseconds: microseconds / 1_000)
                }
            }
        }
        return nil
    }
}
