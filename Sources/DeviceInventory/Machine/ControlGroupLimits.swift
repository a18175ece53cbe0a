import FleetModel

/// What the control groups of this process allow it and its children: the smallest limit of its own group and of
/// those above it, in cgroup v1 and v2 alike.
struct ControlGroupLimits: Equatable {
    /// nil: no limit.
    var cores: MilliCores?
    /// nil: no limit.
    var memory: MemoryBytes?

    /// What can't be read limits nothing.
    static func read(root: String) -> ControlGroupLimits {
        var limits = ControlGroupLimits()
        let mounts = ControlGroupMount.all(root: root)
        for line in (TextFile.read("\(root)/proc/self/cgroup") ?? "").split(separator: "\n") {
            // `4:memory:/some/group`; version 2 has the number 0 and names no controllers.
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3 else { continue }
            let controllers = parts[1].split(separator: ",").map(String.init)
            let isSecond = controllers.isEmpty
            let mount = mounts.first {
                isSecond ? $0.isSecond : !$0.isSecond && $0.options.contains { controllers.contains($0) }
            }
            guard let mount else { continue }
            for folder in mount.folders(of: parts[2]) {
                if isSecond {
                    limits.lower(cores: secondQuota(folder), memory: bytes("\(folder)/memory.max"))
                } else {
                    if controllers.contains("cpu") { limits.lower(cores: firstQuota(folder)) }
                    if controllers.contains("memory") { limits.lower(memory: bytes("\(folder)/memory.limit_in_bytes")) }
                }
            }
        }
        return limits
    }

    private mutating func lower(cores: MilliCores? = nil, memory: MemoryBytes? = nil) {
        if let cores { self.cores = min(cores, self.cores ?? cores) }
        if let memory { self.memory = min(memory, self.memory ?? memory) }
    }

    /// `max` is no number. Version 1 writes "unlimited" as the largest multiple of the page size.
    private static func bytes(_ path: String) -> MemoryBytes? {
        guard let number = TextFile.number(path), number > 0, number < 1 << 60 else { return nil }
        return MemoryBytes(number)
    }

    /// `cpu.max`: `max 100000` or `150000 100000`, microseconds of processor time in each period.
    private static func secondQuota(_ folder: String) -> MilliCores? {
        let words = (TextFile.read("\(folder)/cpu.max") ?? "").split(separator: " ")
        guard words.count == 2 else { return nil }
        return quota(Int64(words[0]), in: Int64(words[1]))
    }

    /// A quota of -1 is none.
    private static func firstQuota(_ folder: String) -> MilliCores? {
        quota(TextFile.number("\(folder)/cpu.cfs_quota_us"), in: TextFile.number("\(folder)/cpu.cfs_period_us"))
    }

    private static func quota(_ time: Int64?, in period: Int64?) -> MilliCores? {
        guard let time, let period, time > 0, period > 0 else { return nil }
        let (product, overflow) = time.multipliedReportingOverflow(by: 1_000)
        return overflow ? nil : MilliCores(max(1, product / period))
    }
}

/// Where a hierarchy of control groups is mounted.
struct ControlGroupMount {
    let isSecond: Bool
    /// The controllers of version 1, among other words.
    let options: [String]
    /// The group that is seen at the mount point.
    private let top: String
    private let point: String

    static func all(root: String) -> [ControlGroupMount] {
        (TextFile.read("\(root)/proc/self/mountinfo") ?? "").split(separator: "\n").compactMap { line in
            // `30 23 0:26 /top /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory`
            let words = line.split(separator: " ").map(String.init)
            guard let dash = words.firstIndex(of: "-"), dash >= 5, words.count > dash + 3 else { return nil }
            let kind = words[dash + 1]
            guard kind == "cgroup" || kind == "cgroup2" else { return nil }
            return ControlGroupMount(
                isSecond: kind == "cgroup2", options: words[dash + 3].split(separator: ",").map(String.init),
                top: words[3], point: root + words[4])
        }
    }

    /// The folders of a group and of those above it that can be seen here, the group's own first.
    func folders(of group: String) -> [String] {
        var names = group.split(separator: "/")
        let hidden = top.split(separator: "/")
        // In a container the mount point may be the group itself, or a group that this path does not name.
        guard names.starts(with: hidden) else { return [point] }
        names.removeFirst(hidden.count)
        return (0...names.count).reversed().map { ([Substring(point)] + names.prefix($0)).joined(separator: "/") }
    }
}
