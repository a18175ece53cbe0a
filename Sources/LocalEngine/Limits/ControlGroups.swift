import CLinux
import FleetModel
import Glibc

/// The kernel's groups through which an attempt's cores, memory, processes and devices are limited.
///
/// One tree (version 2) where a writable one has the controllers; else one tree for each controller (version 1);
/// else none, and the grade says so.
struct ControlGroups {
    enum Controller: String, CaseIterable { case cpu, memory, pids, devices }

    enum Kind: Hashable {
        case unified
        case legacy
        case none
    }

    struct Limits {
        var cores: MilliCores
        var memory: MemoryBytes
        var processes: Int
        /// The device numbers that may be opened beside the usual ones; nil: no filter.
        var devices: [(major: UInt32, minor: UInt32)]?
    }

    let kind: Kind
    /// By controller, the folder that attempts' groups are made in. Version 2: the same one for all.
    let parents: [(controller: Controller, folder: String)]

    static let none = ControlGroups(kind: .none, parents: [])

    func has(_ controller: Controller) -> Bool { parents.contains { $0.controller == controller } }

    /// The groups that an attempt would get, outermost first. Nothing is created.
    func folders(for key: AttemptKey) -> [String] {
        var folders: [String] = []
        for parent in parents {
            let folder = "\(parent.folder)/\(key.lease)-\(key.number)"
            if !folders.contains(folder) { folders.append(folder) }
        }
        return folders
    }

    /// What a process joins groups by, at its birth.
    struct Entrances {
        /// Version 1: a file for each tree.
        var tasks: [Descriptor] = []
        /// Version 2: the group itself.
        var unified: Descriptor?

        /// Good for as long as the descriptors live.
        func use<Result>(_ body: (linux_groups) -> Result) -> Result {
            withExtendedLifetime(self) {
                tasks.map(\.number).withUnsafeBufferPointer {
                    body(linux_groups(tasks: $0.baseAddress, count: $0.count, unified: unified?.number ?? -1))
                }
            }
        }
    }

    /// Creates the groups of an attempt and sets their limits.
    func create(for key: AttemptKey, _ limits: Limits) throws(SystemFailure) -> Entrances {
        for folder in folders(for: key) {
            try restoreParent(folder.parentFolder)
            try Files.makeFolder(folder, mode: 0o755)
        }
        for parent in parents { try set(limits, parent.controller, in: "\(parent.folder)/\(key.lease)-\(key.number)") }
        var entrances = Entrances()
        for folder in folders(for: key) {
            if kind == .unified {
                entrances.unified = try Descriptor.open(folder, O_RDONLY | O_DIRECTORY)
            } else {
                entrances.tasks.append(try Descriptor.open("\(folder)/tasks", O_WRONLY))
            }
        }
        return entrances
    }

    /// The group around the parents has gone, with the unit that it was delegated to: nothing can be launched any more.
    var areLost: Bool { kind == .unified && parents.contains { !Files.exists($0.folder.parentFolder) } }

    /// It is there since the start, unless somebody tidied up.
    private func restoreParent(_ folder: String) throws(SystemFailure) {
        if Files.exists(folder) { return }
        if kind == .unified {
            // The group around it may be a new one of the same name, which hands nothing down yet.
            try Files.poke("\(folder.parentFolder)/cgroup.subtree_control", Self.handedDown)
        }
        try Files.makeFolder(folder, mode: 0o755)
        if kind == .unified { try Files.poke("\(folder)/cgroup.subtree_control", Self.handedDown) }
    }

    /// What groups of version 2 hand down to those within them.
    static let handedDown = "+cpu +memory +pids"

    private func set(_ limits: Limits, _ controller: Controller, in folder: String) throws(SystemFailure) {
        let isUnified = kind == .unified
        switch controller {
        case .cpu where limits.cores > .zero:
            // A thousandth of a core is 100 µs in each tenth of a second; the kernel takes no less than 1 ms.
            let quota = max(1_000, limits.cores.thousandths * 100)
            if isUnified {
                try Files.poke("\(folder)/cpu.max", "\(quota) 100000")
            } else {
                try Files.poke("\(folder)/cpu.cfs_period_us", "100000")
                try Files.poke("\(folder)/cpu.cfs_quota_us", "\(quota)")
            }
        case .memory where limits.memory > .zero:
            let bytes = "\(limits.memory.bytes)"
            try Files.poke("\(folder)/" + (isUnified ? "memory.max" : "memory.limit_in_bytes"), bytes)
            // Without swap of its own, so that a limit is a limit. Not every kernel counts swap.
            let swap = isUnified ? "memory.swap.max" : "memory.memsw.limit_in_bytes"
            try? Files.poke("\(folder)/\(swap)", isUnified ? "0" : bytes)
        case .pids: try Files.poke("\(folder)/pids.max", "\(limits.processes)")
        case .devices where isUnified: try Self.filterDevices(limits.devices, in: folder)
        case .devices:
            guard let devices = limits.devices else { break }
            try Files.poke("\(folder)/devices.deny", "a")
            let allowed = try Descriptor.open("\(folder)/devices.allow", O_WRONLY)
            for device in Self.usualDevices + devices {
                let minor = device.minor == Self.anyMinor ? "*" : "\(device.minor)"
                try allowed.write("c \(device.major):\(minor) rw".utf8, doing: "write \(folder)/devices.allow")
            }
        default: break
        }
    }

    private static func filterDevices(_ devices: [(major: UInt32, minor: UInt32)]?, in folder: String) throws(SystemFailure)
    {
        guard let devices else { return }
        let rules = (usualDevices + devices).map { linux_device_rule(major: $0.major, minor: $0.minor) }
        let filter = Descriptor(try checked(linux_device_filter_load(rules, rules.count), "load a device filter"))
        let group = try Descriptor.open(folder, O_RDONLY | O_DIRECTORY)
        _ = try checked(linux_device_filter_attach(filter.number, group.number), "filter devices in \(folder)")
    }

    private static let anyMinor = UInt32.max

    /// null, zero, full, random, urandom, tty, ptmx and pseudo-terminals; no node may be made.
    private static let usualDevices: [(major: UInt32, minor: UInt32)] = [
        (1, 3), (1, 5), (1, 7), (1, 8), (1, 9), (5, 0), (5, 2), (136, anyMinor),
    ]

    /// Ends every process in the groups at once, where the kernel can.
    static func killAll(in folders: [String]) {
        for folder in folders { try? Files.poke("\(folder)/cgroup.kill", "1") }
    }

    /// The processes that are in the groups still.
    static func members(of folders: [String]) -> [Int32] {
        var members: [Int32] = []
        for folder in folders {
            for line in (Files.text("\(folder)/cgroup.procs") ?? "").split(separator: "\n") {
                if let pid = Int32(line), !members.contains(pid) { members.append(pid) }
            }
        }
        return members
    }

    /// Removes the parent groups where no attempt is left.
    func removeParents() { for parent in parents { rmdir(parent.folder) } }

    /// Marks the parent groups as in use, for as long as this process lives: by locks on their folders. Another launcher
    /// that starts at this moment may hold one to see whether it is in use, and remove it: then it is made again.
    func holdParents() -> [Descriptor] {
        var held: [Descriptor] = []
        for folder in Set(parents.map(\.folder)).sorted() {
            for _ in 0..<200 {
                if let lock = hold(folder) {
                    held.append(lock)
                    break
                }
                usleep(5_000)
            }
        }
        return held
    }

    private func hold(_ path: String) -> Descriptor? {
        guard (try? restoreParent(path)) != nil, let folder = try? Descriptor.open(path, O_RDONLY | O_DIRECTORY),
            linux_lock(folder.number) == 0
        else { return nil }
        // The one that is locked must be the one that is there.
        return Files.status(of: folder)?.st_ino == Files.status(path)?.st_ino ? folder : nil
    }

    /// Removes what killed launchers left: in our parent groups the groups of attempts that are none any more, beside
    /// them the parent groups that no launcher holds. The kernel removes none that has a process or a group in it.
    func removeLeftovers(keeping keys: Set<AttemptKey>) {
        let kept = Set(keys.map { "\($0.lease)-\($0.number)" })
        for parent in parents {
            for name in Self.groups(in: parent.folder) where !kept.contains(name) { rmdir("\(parent.folder)/\(name)") }
            let top = parent.folder.parentFolder
            for name in Self.groups(in: top) where Self.isMark(name) && "\(top)/\(name)" != parent.folder {
                Self.removeUnheld("\(top)/\(name)")
            }
        }
    }

    /// The names of parent groups are this and two numbers, to the base 36.
    static let markPrefix = "carrel-"

    private static func isMark(_ name: String) -> Bool {
        let parts = name.dropFirst(markPrefix.count).split(separator: "-", omittingEmptySubsequences: false)
        return name.hasPrefix(markPrefix) && parts.count == 2 && parts.allSatisfy { Int($0, radix: 36) != nil }
    }

    private static func groups(in folder: String) -> [String] {
        Files.names(in: folder).filter { Files.exists("\(folder)/\($0)/cgroup.procs") }
    }

    private static func removeUnheld(_ folder: String) {
        guard let parent = try? Descriptor.open(folder, O_RDONLY | O_DIRECTORY), linux_lock(parent.number) == 0 else {
            return
        }
        for name in groups(in: folder) { rmdir("\(folder)/\(name)") }
        rmdir(folder)
    }

    /// Removes empty groups. Returns those that are still there: a process in them has not been collected yet.
    static func remove(_ folders: [String]) -> [String] {
        folders.filter { rmdir($0) != 0 && errno != ENOENT }
    }
}
