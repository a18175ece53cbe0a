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
            ends nothing, and carrel attach ID comes back. `exit` ends the lease.

            Examples:
              carrel shell
              carrel shell --gpus a100:2 --time 4h
              carrel shell --gpus 0 --cpus 2
            """)

    @Option(parsing: .unconditional, help: "How many GPUs and which: 1, a100:2, 24GB..:1, 0 for none.")
    package var gpus = "1"

    @Option(
        parsing: .unconditional,
        help: "How long the lease may last: 30m, 2h, 1d. Without it the policy's default, 1d unless changed.")
    package var time: String?

    @Option(parsing: .unconditional, help: "Processor cores: 4, 0.5. The default is the GPU's share of the node.")
    package var cpus: String?

    @Option(parsing: .unconditional, help: "Memory: 32GB, 512MiB. The default is the GPU's share of the node.")
    package var memory: String?

    @Option(parsing: .unconditional, help: "Run under this reservation, when it has begun; carrel reserve lists them.")
    package var reservation: Int64?

    @Option(help: "What lists show.")
    package var name = "shell"

    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func validate() throws {
        try GivenValue.check(gpus, of: "--gpus", example: "1")
        try GivenValue.check(time, of: "--time", example: "2h")
        try GivenValue.check(cpus, of: "--cpus", example: "4")
        try GivenValue.check(memory, of: "--memory", example: "32GB")
        if let reservation, reservation < 1 {
            throw ValidationError("--reservation \(reservation): numbers of reservations start at 1.")
        }
    }

    /// The user's own shell where the machine has it.
    private static let program = [
        "sh", "-c", #"for s in "$SHELL" bash; do command -v "$s" >/dev/null 2>&1 && exec "$s"; done; exec sh"#,
    ]

    package mutating func run() async throws {
        try RawTerminal.require(for: "carrel shell")
        let here = try WorkHere(), size = RawTerminal.size
        var request = NewRequest(
            name: name, command: Self.program, directory: here.directory, environment: here.environment, gpus: gpus,
            cpus: cpus, memory: memory, time: time, reservation: reservation)
        request.terminal = TerminalWish(rows: size.rows, columns: size.columns, shell: true)
        let wanted = request
        try await Exit.with(server) { client in
            let view = try await client.submit(wanted)
            try await TerminalFollower.run(client, view.id, isNew: true)
        }
    }
}
