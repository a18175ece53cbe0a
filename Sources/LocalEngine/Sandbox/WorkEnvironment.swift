import EngineInterface
import FleetModel
import Glibc

/// The variables that work is given: the client's own, and what Carrel knows better.
enum WorkEnvironment {
    static let progressPath = "/dev/carrel-progress"
    static let doorFolder = "\(SandboxArguments.doorPlace)/session"
    /// What only this says, whatever the client's own environment has.
    private static let doorNames = [
        "CARREL_SESSION_DIR", "CARREL_SESSION_SOCKET", "CARREL_SESSION_PORT", DataPlace.variable, teamFolder,
    ]
    private static let teamFolder = "CARREL_TEAM_FOLDER"

    static func variables(
        for order: LaunchOrder, _ identity: WorkIdentity, _ software: WorkSoftware? = nil, teamFolder: String? = nil
    ) -> [String] {
        var list = Variables()
        for entry in order.work.environment where !doorNames.contains(where: { entry.hasPrefix($0 + "=") }) {
            list.set(entry)
        }
        if let teamFolder { list.set(Self.teamFolder, teamFolder) }
        if identity.isAllocated { list.set("HOME", "/tmp") }
        let defaults = [
            // Who is in no list of users has no home, and programs that look for one fail.
            ("HOME", identity.home ?? "/tmp"), ("USER", identity.name), ("LOGNAME", identity.name),
            ("SHELL", identity.shell),
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ]
        for (name, value) in defaults { if let value, list[name] == nil { list.set(name, value) } }
        if let software, !software.isWritten {
            // What the client's own environment says of another one would lead its Python astray.
            for name in ["PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX"] { list.remove(name) }
            for (name, value) in software.variables { list.set(name, value) }
            let path = list["PATH"]?.dropFirst("PATH=".count) ?? ""
            list.set("PATH", "\(software.folder)/bin" + (path.isEmpty ? "" : ":\(path)"))
        }
        let threads = order.cores.thousandths / 1_000
        if threads >= 1, list["OMP_NUM_THREADS"] == nil { list.set("OMP_NUM_THREADS", "\(threads)") }
        for (name, value) in devices(order.devices) + rendezvous(order.attempt.lease) + lease(order) + door(order)
            + data(order)
        {
            list.set(name, value)
        }
        return list.entries
    }

    /// Hints: what confines is which nodes are there. Inside, the leased devices are the only ones, so that they
    /// count from 0; MIG slices go by their names, since an index can't name one.
    private static func devices(_ devices: [Device]) -> [(String, String)] {
        let names = devices.map(\.key.name)
        let indices = devices.indices.map { "\($0)" }.joined(separator: ",")
        let visible = names.contains { $0.hasPrefix("MIG-") } ? names.joined(separator: ",") : indices
        var list = [
            ("CUDA_DEVICE_ORDER", "PCI_BUS_ID"), ("CUDA_VISIBLE_DEVICES", visible),
            ("NVIDIA_VISIBLE_DEVICES", names.isEmpty ? "void" : names.joined(separator: ",")),
            ("CARREL_GPU_UUIDS", names.joined(separator: ",")),
        ]
        if devices.contains(where: { $0.vendor == .amd }) {
            list += [("ROCR_VISIBLE_DEVICES", indices), ("HIP_VISIBLE_DEVICES", indices)]
        }
        return list
    }

    /// One process that may start others: torchrun sets the ranks of those.
    private static func rendezvous(_ lease: LeaseID) -> [(String, String)] {
        let port = 20_000 + ((lease.number % 40_000) + 40_000) % 40_000
        return [
            ("MASTER_ADDR", "127.0.0.1"), ("MASTER_PORT", "\(port)"), ("NNODES", "1"), ("NODE_RANK", "0"),
            ("WORLD_SIZE", "1"), ("RANK", "0"), ("LOCAL_RANK", "0"),
        ]
    }

    private static func lease(_ order: LaunchOrder) -> [(String, String)] {
        [
            ("CARREL_LEASE_ID", "\(order.attempt.lease)"), ("CARREL_LEASE_END", text(order.endsAt)),
            ("CARREL_PROGRESS", progressPath),
        ]
    }

    private static func door(_ order: LaunchOrder) -> [(String, String)] {
        switch order.work.door {
        case nil: []
        case .socket: [("CARREL_SESSION_DIR", doorFolder), ("CARREL_SESSION_SOCKET", "\(doorFolder)/socket")]
        case .port(let port): [("CARREL_SESSION_PORT", "\(port)")]
        }
    }

    private static func data(_ order: LaunchOrder) -> [(String, String)] {
        order.data == nil ? [] : [(DataPlace.variable, DataPlace.shown)]
    }

    /// `2026-11-20T23:00:00Z`.
    static func text(_ time: Timestamp) -> String {
        // A lease without end would be beyond what the calendar functions take.
        var seconds = time_t(max(0, min(time.milliseconds / 1_000, 253_402_300_799)))
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1_900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
            + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
    }
}

/// An environment in order, each name once; the last value counts.
private struct Variables {
    private(set) var entries: [String] = []
    private var places: [Substring: Int] = [:]

    subscript(name: String) -> String? { places[name[...]].map { entries[$0] } }

    mutating func remove(_ name: String) {
        guard places[name[...]] != nil else { return }
        let rest = entries.filter { !$0.hasPrefix(name + "=") }
        self = Variables()
        for entry in rest { set(entry) }
    }

    mutating func set(_ name: String, _ value: String) { set("\(name)=\(value)") }

    mutating func set(_ entry: String) {
        // What is no variable, or would be cut at a zero byte, is not passed on.
        guard let equals = entry.firstIndex(of: "="), equals != entry.startIndex, !entry.utf8.contains(0) else { return }
        if let place = places[entry[..<equals]] {
            entries[place] = entry
        } else {
            places[entry[..<equals]] = entries.count
            entries.append(entry)
        }
    }
}
