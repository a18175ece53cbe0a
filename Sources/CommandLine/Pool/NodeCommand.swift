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
            carrel node uncordon NODE
            """,
        discussion: """
            On a cordoned node no new lease begins; what runs there goes on. Where so many GPUs fail at once that the driver or \
            the checks are suspected, Carrel cordons the node itself, and lifts that when nothing has failed for five minutes. \
            Cordoning is for administrators.
            """,
        subcommands: [List.self, Cordon.self, Uncordon.self], defaultSubcommand: List.self)

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
                        .put, "/v1/nodes/\(node.queryEscaped)/cordon", CordonBody(reason: reason), as: DeviceList.self))
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
                        .delete, "/v1/nodes/\(node.queryEscaped)/cordon", nil, as: DeviceList.self))
            }
        }
    }
}

extension OutputOptions {
    fileprivate func show(nodes list: DeviceList) throws {
        let rows = list.nodes.map { node in
            let devices = list.devices.filter { $0.node == node.name }
            return [
                node.name, node.contact != "known" ? "out of contact" : node.cordon == nil ? "open" : "cordoned",
                "\(devices.count { $0.state == "free" }) of \(devices.count)",
                "\(max(0, node.coresFree).short) of \(node.cores.short)",
                "\(MemoryBytes(max(0, node.memoryFreeBytes)).text) of \(MemoryBytes(node.memoryBytes).text)",
                LocalTime.text(node.cordon?.since), node.cordon?.reason ?? "",
            ]
        }
        try show(
            NodeList(nodes: list.nodes),
            Table(
                ["NODE", "STATE", "FREE GPUS", "FREE CORES", "FREE MEMORY", "SINCE", "REASON"], rows,
                whenEmpty: "No node has reported yet.", dispensable: ["FREE MEMORY", "FREE CORES"]),
            csv: .list(
                "nodes",
                columns: [
                    "name", "contact", "cores", "coresFree", "memoryBytes", "memoryFreeBytes", "cordon.since",
                    "cordon.suspected", "cordon.reason",
                ]))
    }
}

/// The nodes alone, for `--json`.
private struct NodeList: Encodable {
    let nodes: [NodeView]
}
