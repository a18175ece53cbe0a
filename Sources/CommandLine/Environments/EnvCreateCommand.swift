package import ArgumentParser
import Foundation
import WireClient
import WireModel

/// `carrel env create`: an environment made by work without a GPU.
package struct EnvCreateCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make an environment with what your work needs.",
        usage: "carrel env create NAME [--with pytorch|tensorflow|jax|PACKAGE] ... [--shared] [options]",
        discussion: """
            What is installed fits the driver of the server's machine. Its words come out here; Ctrl-C ends it, and nothing of it stays.

            Examples:
              carrel env create torch --with pytorch
              carrel env create lab
              carrel env create course --with scikit-learn --shared
              carrel env create offline --with numpy --wheelhouse /data/wheels
            """)

    @Argument(help: "What it is called: letters, digits and . _ -")
    package var name: String

    @Option(
        parsing: .upToNextOption,
        help: "pytorch, tensorflow, jax, or packages as pip takes them: numpy pandas==2.3.3. JupyterLab is always there.")
    package var with: [String] = []

    @Flag(help: "For everybody, read-only; administrators make and remove these.")
    package var shared = false

    @Option(help: "The Python to make it of: /usr/bin/python3.12; else python3.")
    package var python: String?

    @Option(help: "Install from the wheels in this folder of the server's machine, and from nowhere else.")
    package var wheelhouse: String?

    @Option(parsing: .unconditional, help: "Processor cores: 4.")
    package var cpus: String?

    @Option(parsing: .unconditional, help: "Memory: 8GB.")
    package var memory: String?

    @Flag(name: .shortAndLong, help: "Print the request's number and leave; carrel attach comes back.")
    package var detach = false

    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func validate() throws {
        try GivenValue.check(cpus, of: "--cpus", example: "4")
        try GivenValue.check(memory, of: "--memory", example: "8GB")
    }

    package mutating func run() async throws {
        var body = NewEnvironment(name: name)
        body.with = with.isEmpty ? nil : with.flatMap { $0.split(separator: " ").map(String.init) }
        body.shared = shared ? true : nil
        body.python = python.map { $0.contains("/") ? SoftwareOptions.absolute($0) : $0 }
        body.wheelhouse = wheelhouse.map(SoftwareOptions.absolute)
        body.environment = Self.variables(for: try server.address)
        (body.cpus, body.memory) = (cpus, memory)
        let wanted = body
        try await Exit.with(server) { client in
            let view = try await client.send(
                .post, "/v1/environments", wanted, as: RequestView.self, headers: ["idempotency-key": UUID().uuidString])
            try await Self.follow(view, client, detach: detach)
        }
    }

    /// Its words come out here; its exit code is this one's.
    static func follow(_ view: RequestView, _ client: CheckoutClient, detach: Bool) async throws {
        if detach { return try OutputOptions.showRequest(view, json: false) }
        let end = try await WorkFollower(client, view.id, isTalkative: false, isKnown: true, timeIsDefault: false)
            .follow(sendInput: false)
        try RunCommand.leave(end)
    }

    /// What pip and the search for Python need of this place, and nothing else.
    /// - Parameter address: another machine has folders of its own.
    static func variables(for address: ServerAddress) -> [String] {
        let names: Set<String> = [
            "HOME", "PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "LANG", "LC_ALL", "HTTP_PROXY",
            "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy",
        ]
        let variables = ProcessInfo.processInfo.environment.filter { names.contains($0.key) || $0.key.hasPrefix("PIP_") }
            .map { "\($0.key)=\($0.value)" }.sorted()
        guard case .url = address else { return variables }
        return variables.filter { !WorkHere.isOfThisMachine($0) }
    }
}
