package import ArgumentParser
import FleetModel
import WireClient
import WireModel

/// `carrel node`: the machines of the pool, and whether leases may begin on them.
package struct NodeCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "Show the nodes of the pool; let no new lease begin on one, or let leases begin again.",
        usage: """
            carrel node
            carrel node cordon NODE [--reason TEXT]
            carrel node drain NODE --by TIME [--reason TEXT]
            carrel node uncordon NODE
            """,
        discussion: """
            On a cordoned node no new lease begins; what runs there goes on. A node that is drained is to be empty by a time: \
            leases end by then, and their users are told at once. Uncordon ends both. Where so many GPUs fail at once that the driver or \
            the checks are suspected, Carrel cordons the node itself, and lifts that when nothing has failed for five minutes. \
            Cordoning and draining are for administrators.
            """,
        subcommands: [List.self, Cordon.self, Drain.self, Uncordon.self], defaultSubcommand: List.self)

    package init() {}

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Show the nodes.")

        @OptionGroup var output: OutputOptions
        @OptionGroup var server: ServerOptions

        func run() async throws {
            try await Exit.with(server) { client in
                try output.show(nodes: try await client.get("/v1/devices", as: DeviceList.self))
            }
        }
    }

    struct Cordon: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cordon", abstract: "Let no new lease begin on a node; what runs goes on.")

        @Argument(help: "The node, as `carrel node` names it.") var node: String
        @Option(parsing: .unconditional, help: "Why, for everybody to read.") var reason: String?
        @OptionGroup var output: OutputOptions
        @OptionGroup var server: ServerOptions

        func run() async throws {
            try await Exit.with(server) { client in
                try output.show(
                    nodes: try await client.send(
                        .put, "/v1/nodes/\(node.percentEscaped())/cordon", CordonBody(reason: reason), as: DeviceList.self))
            }
        }
    }

    struct Drain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "drain", abstract: "Let no new lease begin on a node, and end those that are there by a time.",
            discussion: "Given again, the new time counts. Work that is ended so makes carrel run exit with 123.")

        @Argument(help: "The node, as `carrel node` names it.") var node: String
        @Option(
            parsing: .unconditional,
            help: "By when it is to be empty: 2h (from now), 18:00, \"tomorrow 9:00\", 2026-11-22T09:00, now.")
        var by: String
        @Option(parsing: .unconditional, help: "Why, for everybody to read.") var reason: String?
        @OptionGroup var output: OutputOptions
        @OptionGroup var server: ServerOptions

        func validate() throws { _ = try Self.moment(by) }

        static func moment(_ by: String) throws -> Moment {
            try GivenValue.check(by, of: "--by", example: "2h")
            // 18:00 is a time of day, and no span of minutes and seconds.
            if let span = try? TimeSpan(parsing: by) { return .fromNow(span) }
            return try ReserveCommand.moment(by)
        }

        func run() async throws {
            let by = try Self.moment(by).wire
            try await Exit.with(server) { client in
                try output.show(
                    nodes: try await client.send(
                        .put, "/v1/nodes/\(node.percentEscaped())/drain",
                        DrainBody(endsAt: by.at, endsInSeconds: by.inSeconds, reason: reason), as: DeviceList.self))
            }
        }
    }

    struct Uncordon: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "uncordon", abstract: "Let leases begin on a node again.")

        @Argument(help: "The node, as `carrel node` names it.") var node: String
        @OptionGroup var output: OutputOptions
        @OptionGroup var server: ServerOptions

        func run() async throws {
            try await Exit.with(server) { client in
                try output.show(
                    nodes: try await client.send(
                        .delete, "/v1/nodes/\(node.percentEscaped())/cordon", nil, as: DeviceList.self))
            }
        }
    }
}

extension OutputOptions {
    fileprivate func show(nodes list: DeviceList) throws {
        let isAnyDrained = list.nodes.contains { $0.cordon?.drainBy != nil }
        let rows = list.nodes.map { node in
            let devices = list.devices.filter { $0.node == node.name }
            return [
                node.name, node.stateWord,
                "\(devices.count { $0.state == "free" }) of \(devices.count)",
                "\(max(0, node.coresFree).short) of \(node.cores.short)",
                "\(MemoryBytes(max(0, node.memoryFreeBytes)).text) of \(MemoryBytes(node.memoryBytes).text)",
                LocalTime.text(node.cordon?.since), LocalTime.text(node.cordon?.drainBy), node.cordon?.reason ?? "",
            ]
        }
        try show(
            NodeList(nodes: list.nodes),
            Table(
                ["NODE", "STATE", "FREE GPUS", "FREE CORES", "FREE MEMORY", "SINCE", "EMPTY BY", "REASON"], rows,
                whenEmpty: "No node has reported yet.",
                dispensable: ["FREE MEMORY", "FREE CORES"] + (isAnyDrained ? [] : ["EMPTY BY"])),
            csv: .list(
                "nodes",
                columns: [
                    "name", "contact", "cores", "coresFree", "memoryBytes", "memoryFreeBytes", "cordon.since",
                    "cordon.suspected", "cordon.reason", "cordon.drainBy", "cordon.isEmpty",
                ]))
    }
}

extension NodeView {
    /// One word for where it stands; `drained` when nothing runs there any more.
    fileprivate var stateWord: String {
        if contact != "known" { return "out of contact" }
        guard let cordon else { return "open" }
        if cordon.drainBy == nil { return "cordoned" }
        return cordon.isEmpty == true ? "drained" : "draining"
    }
}

/// The nodes alone, for `--json`.
private struct NodeList: Encodable {
    let nodes: [NodeView]
}
