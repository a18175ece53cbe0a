package import ArgumentParser
import FleetModel
import Foundation
import WireClient
package import WireModel

/// `carrel env list`: what there is to start work in.
package struct EnvListCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List your environments, the shared ones, and those that were found on this machine.")

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        let all = try await Self.all(server)
        try output.show(
            EnvironmentList(environments: all), Self.table(all),
            csv: .list(
                "environments",
                columns: ["name", "kind", "shared", "python", "sizeBytes", "createdAt", "lastUsedAt", "folder"]))
    }

    /// The user's own first, then the shared ones, then what was found. Without a server those of this machine.
    package static func all(_ server: ServerOptions) async throws -> [EnvironmentView] {
        let here = EnvironmentsHere(), own = here.own, foreign = here.foreign
        var shared: [EnvironmentView] = []
        let address = try server.address
        var client = CheckoutClient(address)
        client.patience = .zero
        do throws(ClientError) {
            shared = try await client.get("/v1/environments", as: EnvironmentList.self).environments
        } catch {
            await client.shutdown()
            guard case .unreachable = error else { throw Exit.report(error) }
            Exit.say("no server answers, so that shared environments are not listed")
            return own + foreign
        }
        await client.shutdown()
        // On this machine the disk itself says which are the user's own; of another one the server's word is all there is.
        if case .unixSocket = address { return own + shared.filter(\.shared) + foreign }
        return shared
    }

    private static func table(_ all: [EnvironmentView]) -> Table {
        let rows = all.map { view in
            [
                view.kind == "carrel" ? view.name : view.folder, whose(view), view.python ?? "", packages(view),
                view.sizeBytes.map { MemoryBytes($0).text } ?? "", LocalTime.text(view.createdAt),
                LocalTime.text(view.lastUsedAt),
            ]
        }
        return Table(
            ["NAME", "WHOSE", "PYTHON", "WITH", "SIZE", "MADE", "LAST USED"], rows,
            whenEmpty: "There are no environments. Make one with: carrel env create torch --with pytorch",
            dispensable: ["LAST USED", "MADE", "SIZE", "PYTHON"])
    }

    static func whose(_ view: EnvironmentView) -> String {
        if view.kind != "carrel" { return "found: \(view.kind)" }
        return view.shared ? "shared" : "yours"
    }

    /// The frameworks; where there are none, how many packages.
    static func packages(_ view: EnvironmentView) -> String {
        let usual: Set<String> = ["jupyterlab", "ipykernel"]
        let others = (view.packages ?? []).filter { !usual.contains($0.name.lowercased()) }
        if others.isEmpty { return view.packages == nil ? "" : "JupyterLab" }
        let shown = others.prefix(3).map { "\($0.name) \($0.version)" }.joined(separator: ", ")
        return others.count > 3 ? "\(shown) and \(others.count - 3) more" : shown
    }
}
