package import ArgumentParser
import FleetModel
import WireClient
import WireModel

/// `carrel quarantine`: devices that are out of the pool, and why.
package struct QuarantineCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: "Show the GPUs that are out of the pool and why; take one out, or put one back.",
        usage: """
            carrel quarantine
            carrel quarantine GPU [--reason TEXT]
            carrel quarantine GPU --retest [--was-reset]
            carrel quarantine GPU --release
            """,
        discussion: """
            A GPU is named by its number in `carrel gpus`, its UUID or the beginning of that. A lease that holds it goes on; \
            nobody gets it afterwards. A GPU in quarantine is looked at again by itself; --retest looks now, and --was-reset says that \
            it was reset, where its counters don't show it. Taking out, looking again and putting back is for administrators.
            """)

    @Argument(help: "The GPU to take out or put back.")
    package var gpu: String?

    @Option(parsing: .unconditional, help: "Why, for everybody to read.")
    package var reason: String?

    @Flag(help: "Put the GPU back into the pool, whatever was wrong with it.")
    package var release = false

    @Flag(help: "Look at the GPU now; it comes back if every check passes.")
    package var retest = false

    @Flag(help: "With --retest: it was reset, though nothing shows it.")
    package var wasReset = false

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func validate() throws {
        if wasReset, !retest {
            throw ValidationError("--was-reset goes with --retest: carrel quarantine GPU --retest --was-reset.")
        }
        if retest, release || reason != nil {
            throw ValidationError(
                "--retest looks at a GPU that is in quarantine; it goes with neither --release nor --reason.")
        }
        guard gpu == nil else { return }
        if retest { throw ValidationError("Which GPU? carrel quarantine GPU --retest; `carrel quarantine` lists them.") }
        if release { throw ValidationError("Which GPU? carrel quarantine GPU --release; `carrel gpus` has their numbers.") }
        if reason != nil { throw ValidationError("Which GPU? carrel quarantine GPU --reason TEXT.") }
    }

    package mutating func run() async throws {
        try await Exit.with(server) { client in
            var list = try await client.get("/v1/devices", as: DeviceList.self)
            if let gpu {
                let device = "/v1/devices/\(try list.device(named: gpu).uuid.percentEscaped())"
                if retest {
                    let found = try await client.send(
                        .post, device + "/retest", RetestBody(wasReset: wasReset), as: RetestView.self)
                    let words = found.words.naming(gpu)
                    try output.show(found, Table([], [], whenEmpty: words), csv: .fields)
                    // It was asked to come back, and didn't.
                    if !found.cameBack { throw ExitCode(1) }
                    return
                }
                let path = device + "/quarantine"
                list =
                    release
                    ? try await client.send(.delete, path, nil, as: DeviceList.self)
                    : try await client.send(.put, path, QuarantineBody(reason: reason), as: DeviceList.self)
            }
            try output.show(quarantined: list)
        }
    }
}

extension DeviceList {
    /// By number, UUID or the beginning of one UUID.
    fileprivate func device(named name: String) throws -> DeviceView {
        if let whole = devices.first(where: { $0.uuid == name }) { return whole }
        let numbered = devices.numbered.filter { "\($0.number)" == name }.map(\.device)
        let found = numbered.isEmpty ? devices.filter { $0.uuid.hasPrefix(name) } : numbered
        guard let only = found.first, found.count == 1 else {
            throw ValidationError(
                found.isEmpty
                    ? "There is no GPU \(name.shown). `carrel gpus` lists them."
                    : "\(found.count) GPUs go by \(name.shown); give the UUID: \(found.map(\.uuid).joined(separator: ", "))."
            )
        }
        return only
    }
}

extension String {
    /// With a GPU's number or name where a command in it says `GPU`.
    fileprivate func naming(_ gpu: String) -> String {
        split(separator: "carrel quarantine GPU", omittingEmptySubsequences: false).joined(
            separator: "carrel quarantine \(gpu)")
    }
}

extension OutputOptions {
    fileprivate func show(quarantined list: DeviceList) throws {
        let out = DeviceList(devices: list.devices.filter { $0.quarantine != nil }, nodes: [], waiting: list.waiting)
        let rows = list.devices.numbered.compactMap { number, device in
            device.quarantine.map {
                [
                    "\(number)", device.node, device.model, LocalTime.text($0.since), $0.reason, $0.next.naming("\(number)"),
                    device.uuid,
                ]
            }
        }
        try show(
            out,
            Table(
                ["GPU", "NODE", "MODEL", "SINCE", "REASON", "WHAT NEXT", "UUID"], rows,
                whenEmpty: "No GPU is in quarantine.", dispensable: ["UUID", "NODE", "MODEL"]),
            csv: .list(
                "devices",
                columns: [
                    "uuid", "node", "model", "state", "lease", "quarantine.since", "quarantine.cure", "quarantine.reason",
                    "quarantine.next",
                ]))
    }
}
