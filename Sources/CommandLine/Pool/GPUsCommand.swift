package import ArgumentParser
import FleetModel
import WireClient
import WireModel

/// `carrel gpus`: who has what until when.
package struct GPUsCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "gpus", abstract: "Show each GPU: free, or who has it, what for and until when.",
        discussion: """
            In the order of the machine's GPUs, and then the cores and the memory that leases can still have. A narrow terminal \
            leaves columns out; --json has all, --csv all of the GPUs. 1 GB is 10⁹ bytes, as in --gpus 24GB..: a GPU that is sold \
            with 80 GB has 80 GiB, which are 85.9 GB.
            """)

    @OptionGroup package var watching: WatchOptions
    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        try await Exit.with(server) { client in try await watching.repeating { try await show(client) } }
    }

    static let csvColumns = [
        "uuid", "node", "model", "memoryBytes", "simulated", "minor", "pciAddress", "state", "lease", "user", "name",
        "until",
        "utilization", "memoryUsedBytes", "powerWatts", "temperature", "unused", "progressPercent", "quarantine.reason",
        "takenBackFor", "takenBackAt", "foreign.blocked",
    ]

    private func show(_ client: CheckoutClient) async throws {
        let list = try await client.get("/v1/devices", as: DeviceList.self)
        let rows = list.devices.numbered.map { number, device in
            [
                "\(number)", device.node, device.model, MemoryBytes(device.memoryBytes).text,
                device.shownState,
                device.utilization.map { "\($0) %" } ?? "",
                device.lease.map { "\($0)" } ?? "", device.user ?? "", device.name ?? "", LocalTime.text(device.until),
                device.uuid,
            ]
        }
        try output.show(
            list,
            Table(
                ["GPU", "NODE", "MODEL", "MEMORY", "STATE", "BUSY", "LEASE", "USER", "NAME", "UNTIL", "UUID"], rows,
                whenEmpty: "The pool has no GPU. Work for the CPU runs with: carrel run --gpus 0 -- PROGRAM",
                dispensable: ["UUID", "NODE", "MEMORY", "BUSY"]),
            csv: .list("devices", columns: Self.csvColumns))
        guard !output.isData else { return }
        for (number, device) in list.devices.numbered {
            if let foreign = device.foreign {
                let words =
                    "GPU \(number) is used from outside Carrel: \(foreign.words)."
                    + (foreign.blocked ? " No lease begins on it until that has ended." : "")
                Terminal.write(Wrapping.wrapped(words, width: Terminal.width(of: 1)) + "\n")
            }
            guard let quarantine = device.quarantine else { continue }
            let words = "GPU \(number) is in quarantine: \(quarantine.reason). Next: \(quarantine.next)."
            Terminal.write(Wrapping.wrapped(words, width: Terminal.width(of: 1)) + "\n")
        }
        for node in list.nodes { Terminal.write(Wrapping.wrapped(node.words, width: Terminal.width(of: 1)) + "\n") }
        for view in list.reservations ?? [] {
            let words = "\(view.words) (reservation \(view.id), \(view.state))."
            Terminal.write(Wrapping.wrapped(words, width: Terminal.width(of: 1)) + "\n")
        }
        if list.waiting > 0 {
            Terminal.write("\(list.waiting.counted("request")) waiting; `carrel queue` lists them.\n")
        }
    }
}

extension DeviceView {
    /// Somebody still has it; nobody gets it afterwards.
    private var isLeaving: Bool { quarantine != nil && lease != nil }

    /// With what becomes of it.
    fileprivate var shownState: String {
        if isLeaving { return "\(state), then quarantined" }
        return takenBackFor.map { "\(state), taken back for \($0)" } ?? state
    }
}

extension ForeignView {
    /// The names are whatever somebody called a program.
    fileprivate var words: String {
        processes.map { process in
            let who = [process.command?.shown, process.user.map { "of \($0.shown)" }].compactMap(\.self)
            return who.isEmpty ? "process \(process.pid)" : "\(who.joined(separator: " ")) (process \(process.pid))"
        }.joined(separator: ", ")
    }
}

extension NodeView {
    /// What is left on it for leases, with GPUs or without.
    fileprivate var words: String {
        guard contact == "known" else { return "\(name) is out of contact." }
        if let cordon {
            let drain = cordon.drainBy.map { " It is drained, to be empty by \(LocalTime.moment($0))." } ?? ""
            return "\(name): no new lease begins here.\(drain) \(cordon.reason)"
        }
        let memory = MemoryBytes(max(0, memoryFreeBytes)).text
        return
            "\(name): \(max(0, coresFree).short) of \(cores.short) cores and \(memory) of \(MemoryBytes(memoryBytes).text) "
            + "of memory are free."
    }
}
