package import ArgumentParser
import FleetModel
import WireClient
import WireModel

/// `carrel shell`: a shell on a checked-out GPU.
package struct ShellCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "shell", abstract: "Open a shell on a checked-out GPU.",
        usage: "carrel shell [--gpus 1] [--time 2h] [options]",
        discussion: """
            Your shell, in this folder, on a terminal that lives as long as the lease: closing the window, or \(LeaveKeys.words), \
            ends nothing, and carrel attach ID comes back. Ctrl-] pressed twice reaches the program once. `exit` ends the lease.

            Examples:
              carrel shell
              carrel shell --gpus a100:2 --time 4h
              carrel shell --gpus 0 --cpus 2
            """)

    @OptionGroup package var lease: LeaseOptions
    @OptionGroup package var software: SoftwareOptions
    @OptionGroup package var sets: DataOptions

    @Option(help: "What lists show.")
    package var name = "shell"

    @OptionGroup package var server: ServerOptions

    package init() {}

    /// The user's own shell where the machine has it.
    private static let program = [
        "sh", "-c", #"for s in "$SHELL" bash; do command -v "$s" >/dev/null 2>&1 && exec "$s"; done; exec sh"#,
    ]

    package mutating func run() async throws {
        try RawTerminal.require(for: "carrel shell")
        let here = try WorkHere(onTerminal: true), size = RawTerminal.size
        var request = NewRequest(
            name: name, command: Self.program, directory: here.directory, environment: here.environment,
            gpus: lease.gpus, cpus: lease.cpus, memory: lease.memory, time: lease.time, reservation: lease.reservation)
        request.profile = lease.profile
        request.forecast = try lease.forecast()
        request.terminal = TerminalWish(rows: size.rows, columns: size.columns, shell: true)
        software.add(to: &request)
        sets.add(to: &request)
        let wanted = request, folder = lease.folder
        try await Exit.with(server) { client in
            let view = try await client.submit(wanted, in: folder)
            try await TerminalFollower.run(client, view.id, isNew: true)
        }
    }
}
