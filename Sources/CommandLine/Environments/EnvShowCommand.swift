package import ArgumentParser
import FleetModel
import WireModel

/// `carrel env show`: one environment.
package struct EnvShowCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(commandName: "show", abstract: "Show what is in an environment.")

    @Argument(help: "Its name, or its folder.")
    package var name: String

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        let folder = name.contains("/") ? SoftwareOptions.absolute(name) : nil
        let all = try await EnvListCommand.all(server)
        guard let view = all.first(where: { folder == nil ? $0.name == name && $0.kind == "carrel" : $0.folder == folder })
        else {
            Exit.say("There is no environment \(name.shown); `carrel env list` shows those there are.")
            throw ExitCode(1)
        }
        let packages = (view.packages ?? []).map { "\($0.name) \($0.version)" }.joined(separator: ", ")
        let rows = [
            ["name", view.name], ["whose", EnvListCommand.whose(view)], ["python", view.python ?? "not known"],
            ["with", packages.isEmpty ? "not known" : packages],
            ["size", view.sizeBytes.map { MemoryBytes($0).text } ?? "not known"],
            ["made", view.createdAt.map { LocalTime.text($0) } ?? "not known"],
            ["last used", view.lastUsedAt.map { LocalTime.text($0) } ?? "not known"], ["folder", view.folder],
            [
                "use",
                view.kind == "module"
                    ? "module load \(view.name)"
                    : "carrel run --env \(view.kind == "carrel" ? view.name : view.folder) -- python …",
            ],
        ]
        try output.show(view, Table(["", ""], rows, whenEmpty: ""), csv: .fields)
    }
}
