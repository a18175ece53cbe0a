package import ArgumentParser
import WireClient
import WireModel

/// `carrel keep`: a lease is in use, whatever is seen of it.
package struct KeepCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "keep", abstract: "Keep a lease that seems to be idle: carrel keep 7.",
        discussion: """
            Its GPUs are then not taken for idle for a while, two hours unless the policy says otherwise, and it may be said \
            again after an hour. The lease's end stays where it is; carrel extend moves that. \
            It does not save a lease that is being taken back for a team's guarantee.
            """)

    @Argument(help: "The lease's number.")
    package var id: Int64

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        try await Exit.with(server) { client in
            let view = try await client.send(.post, "/v1/leases/\(id)/keep", nil, as: RequestView.self)
            if output.isData { return try output.show(view, view.details, csv: .fields) }
            guard view.lease?.idle?.keptUntil != nil else {
                return Terminal.write(
                    "Lease \(id) holds no GPU, and is never taken back for being idle. Its time is over at \(LocalTime.text(view.lease?.endsAt)), as before.\n"
                )
            }
            Terminal.write(
                "Lease \(id) does not count as idle until \(LocalTime.text(view.lease?.idle?.keptUntil)). Its time is over at \(LocalTime.text(view.lease?.endsAt)), as before.\n"
            )
            guard let reclaim = view.lease?.reclaim else { return }
            Terminal.write(
                "That does not save it: \(view.words) Its work is asked to end at \(LocalTime.text(reclaim.endsAt)), unless somebody gives other devices back before; save what you need.\n"
            )
        }
    }
}
