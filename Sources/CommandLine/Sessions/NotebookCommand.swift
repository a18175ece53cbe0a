package import ArgumentParser
import FleetModel
import WireClient
import WireModel

/// `carrel notebook`: JupyterLab on a checked-out GPU.
package struct NotebookCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "notebook", abstract: "Open JupyterLab on a checked-out GPU.",
        usage: "carrel notebook [--gpus 1] [--time 2h] [options]",
        discussion: """
            Prints an address for your browser as soon as the notebook answers. It begins in this folder, with the jupyter-lab \
            of your PATH or of --env, and lives as long as the lease: closing the browser or this window ends nothing. Nobody else on \
            the machine can connect to it.

            Examples:
              carrel notebook
              carrel notebook --gpus a100:1 --time 4h --env torch
              carrel open 12          another address for the notebook of request 12
              carrel share 12 ben     let Ben in as well
              carrel return 12        end it and give the GPU back
            """)

    @OptionGroup package var lease: LeaseOptions

    @OptionGroup package var software: SoftwareOptions
    @OptionGroup package var sets: DataOptions

    @Option(help: "What lists show.")
    package var name = "notebook"

    @Flag(name: .shortAndLong, help: "Print the request's number and leave; carrel open opens it later.")
    package var detach = false

    @Flag(help: "The address, or with --detach the request, as JSON.")
    package var json = false

    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        let here = try WorkHere()
        var request = NewRequest(
            name: name, command: [], directory: here.directory, environment: here.environment,
            gpus: lease.gpus, cpus: lease.cpus, memory: lease.memory, time: lease.time, reservation: lease.reservation)
        request.profile = lease.profile
        request.forecast = try lease.forecast()
        request.session = SessionWish(kind: "notebook")
        software.add(to: &request)
        sets.add(to: &request)
        let wanted = request, folder = lease.folder
        try await Exit.with(server) { client in
            let view = try await client.submit(wanted, in: folder)
            if detach { return try OutputOptions.showRequest(view, json: json) }
            try await SessionOpener(client: client, id: view.id, json: json).run()
        }
    }
}
