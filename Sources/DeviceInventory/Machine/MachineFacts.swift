package import FleetModel

/// What a machine is, its devices apart.
package struct MachineFacts: Hashable, Sendable {
    package let node: NodeName
    /// Another one at every start of the machine.
    package let bootID: String
    /// What this process and its children may use: its processor mask and its control groups' quota.
    package let cores: MilliCores
    /// The machine's memory, or the control groups' limit where that is smaller.
    package let memory: MemoryBytes

    package init(node: NodeName, bootID: String, cores: MilliCores, memory: MemoryBytes) {
        self.node = node
        self.bootID = bootID
        self.cores = cores
        self.memory = memory
    }

    /// Reads the machine that this process is on.
    ///
    /// - Parameters:
    ///   - nodeName: what the machine shall be called; nil: the first part of its host name, in lower case.
    ///   - root: where `/proc` and `/sys` are.
    package static func read(nodeName: String? = nil, root: String = "/") throws(MachineFactsError) -> MachineFacts {
        let bootPath = "\(root)/proc/sys/kernel/random/boot_id"
        guard let bootID = TextFile.read(bootPath), !bootID.isEmpty else { throw .unreadable(path: bootPath) }
        guard let total = MachineMemory.total(root: root) else { throw .unreadable(path: MachineMemory.path(root: root)) }
        let limits = ControlGroupLimits.read(root: root)
        let processors = MilliCores.cores(Int64(try allowedProcessors("\(root)/proc/self/status")))
        return MachineFacts(
            node: try nodeName.map { given throws(MachineFactsError) in try checked(given) } ?? hostNode(root: root),
            bootID: bootID, cores: min(processors, limits.cores ?? processors), memory: min(total, limits.memory ?? total))
    }

    /// `GPU-Box7.example.org` is `gpu-box7`; a machine without a name is `localhost`.
    static func hostNode(root: String) -> NodeName {
        let host = TextFile.read("\(root)/proc/sys/kernel/hostname") ?? ""
        let label = host.prefix { $0 != "." }.lowercased()
        return (try? checked(label)) ?? NodeName("localhost")
    }

    private static func checked(_ name: String) throws(MachineFactsError) -> NodeName {
        let fits = name.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
            default: false
            }
        }
        guard fits, (1...longestName).contains(name.utf8.count) else { throw .nodeNameNotUsable(name, longest: longestName) }
        return NodeName(name)
    }

    private static let longestName = 63

    /// The processors that this process may run on: `Cpus_allowed_list: 0-3,8` counts 5. It is the mask that
    /// sched_getaffinity(2) gives, on machines of any size.
    private static func allowedProcessors(_ path: String) throws(MachineFactsError) -> Int {
        let label = "Cpus_allowed_list:"
        let line = (TextFile.read(path) ?? "").split(separator: "\n").first { $0.hasPrefix(label) }
        var count = 0
        for range in (line ?? "").dropFirst(label.count).split(separator: ",") {
            let ends = range.split(separator: "-").compactMap { Int($0.drop { $0 == "\t" || $0 == " " }) }
            guard let first = ends.first, let last = ends.last, first <= last else { throw .unreadable(path: path) }
            count += last - first + 1
        }
        guard count > 0 else { throw .unreadable(path: path) }
        return count
    }
}

/// Why a machine could not be described.
package enum MachineFactsError: Error, Hashable, Sendable {
    case unreadable(path: String)
    /// Letters, digits, `-`, `_` and `.` make a name, at most `longest` of them.
    case nodeNameNotUsable(String, longest: Int)

    package var text: String {
        switch self {
        case .unreadable(let path):
            "\(path) can't be read or does not hold what it should. Nothing was started. Is /proc mounted?"
        case .nodeNameNotUsable(let name, let longest):
            "\"\(name)\" can't be a node's name. Nothing was started. Use 1 to \(longest) letters, digits, - _ and dots."
        }
    }
}
