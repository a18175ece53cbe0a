package import ArgumentParser
import WireClient
import WireModel

/// `carrel return`: gives a lease back, or cancels what waits.
package struct ReturnCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "return", abstract: "Give a lease back, or cancel a request that waits.")

    @Argument(help: "The numbers, as carrel ps lists them.")
    package var ids: [Int64]

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        try await Exit.with(server) { client in
            var views: [RequestView] = []
            var failure: ExitCode?
            for id in ids {
                do throws(ClientError) {
                    views.append(try await client.send(.post, "/v1/leases/\(id)/return", nil, as: RequestView.self))
                } catch {
                    failure = Exit.report(error)
                }
            }
            if output.isData {
                try output.show(
                    RequestList(requests: views), RequestTable.table(views, whenEmpty: ""), csv: RequestTable.csv)
            } else {
                Terminal.write(views.map { $0.words + "\n" }.joined())
            }
            if let failure { throw failure }
        }
    }
}

/// `carrel extend`: more time for a lease.
package struct ExtendCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "extend", abstract: "Give a lease more time: carrel extend 7 1h.")

    @Argument(help: "The lease's number.")
    package var id: Int64

    @Argument(help: "How much longer: 30m, 2h, 1d.")
    package var time: String

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        try await Exit.with(server) { client in
            let view = try await client.send(.post, "/v1/leases/\(id)/extend", ExtendBody(time: time), as: RequestView.self)
            if output.isData { return try output.show(view, view.details, csv: .fields) }
            Terminal.write("Lease \(id) now lasts until \(LocalTime.text(view.lease?.endsAt)).\n")
        }
    }
}
